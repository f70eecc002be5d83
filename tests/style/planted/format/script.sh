#!/bin/sh
# a script
