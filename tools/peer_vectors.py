"""nbs/vectors/peers.npz: what pytorch-ood 0.4 makes of the inputs in detectors.npz, for the tests of 02c and 02g

    pip install pytorch-ood==0.4.0 && python tools/peer_vectors.py

The inputs are 64 images' features and the features of the 200 images to fit on, none below zero; `low_` are the same less 0.25,
as features behind a Hardswish go below zero. Scores are pytorch-ood's own: larger for OOD. A fraction of a method stands in its name."""
from functools import partial
from pathlib import Path
from pytorch_ood.detector import GMM, LTS, PNML, VRA
import argparse, numpy as np, torch

def scores(z, fit, y, head):
    "{name: (N,) score} of features (N, D), fitted on features (M, D) of classes (M,)"
    mean = fit.double().mean(0)
    main = torch.linalg.svd(fit.double()-mean, full_matrices=False).Vh[:8].T # the first eight principal directions
    fit8,z8 = (fit-mean)@main,(z-mean)@main
    vra = lambda low,high: VRA(None, head, low, high).fit_feature_maps(fit, y).predict_feature_maps(z)
    return dict(VRA_0_95=vra(0., .95), VRA_60_95=vra(.6, .95), PNML=PNML(None, head).fit_features(fit, y).predict_features(z),
                LTS=LTS(None, head).predict_features(z), LTS_35=LTS(None, head, p=.35).predict_features(z),
                GMM_8=GMM(None, reg=0.).fit_features(fit8, y).predict_features(z8))

if __name__=='__main__':
    vectors = Path(__file__).parent.parent/'nbs/vectors'
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--out', type=Path, default=vectors/'peers.npz')
    out = p.parse_args().out
    d = {k:torch.from_numpy(v) for k,v in np.load(vectors/'detectors.npz').items()}
    head = torch.nn.Linear(32, 10).requires_grad_(False)
    head.weight[:],head.bias[:] = d['fc_weight'],d['fc_bias']
    run = partial(scores, y=d['fit_labels'], head=head)
    both = {'':run(d['features'], d['fit_features']), 'low_':run(d['features']-.25, d['fit_features']-.25)}
    np.savez_compressed(out, **{f'{low}{n}':s.double().numpy() for low,o in both.items() for n,s in o.items()})
    print(f'{sum(map(len, both.values()))} scores of {len(d["features"])} images in {out}')
