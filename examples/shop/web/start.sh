#!/bin/sh
# Fills in the title and the network's name server (so that a replaced `api` is found again), then runs nginx.
set -eu
resolver=$(awk '/^nameserver/ { print $2; exit }' /etc/resolv.conf)
case $resolver in *:*) resolver="[$resolver]" ;; esac
sed "s|@RESOLVER@|$resolver|" /etc/nginx/site.conf.template >/etc/nginx/conf.d/default.conf
title=$(printf '%s' "$SHOP_TITLE" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/[\\&|]/\\&/g')
sed -i "s|@TITLE@|$title|g" /usr/share/nginx/html/index.html
exec nginx -g 'daemon off;'
