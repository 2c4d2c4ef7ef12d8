module tscompose/helper

go 1.19
