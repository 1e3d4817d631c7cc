using System.Collections.Immutable;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Catalog;

sealed record PieceList(ImmutableArray<Piece> Data);
