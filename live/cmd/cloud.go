package main

import "errors"

func (cmd *liveCmd) cloud(*console) (target, error) { return nil, errors.New("cnv: no cloud") }
