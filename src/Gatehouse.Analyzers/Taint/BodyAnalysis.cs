using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>The forward analysis of one body: every block with the join of what its predecessors know, until nothing changes.</summary>
internal sealed class BodyAnalysis
{
    // A block is visited again when what reaches it changes. The lattice is finite; this is the bound for what it costs.
    private const int MaxVisits = 24;

    private readonly ControlFlowGraph graph;
    private readonly Evaluator evaluator;
    private readonly Guards guards;
    private readonly TaintState?[] reached;
    private readonly int[] visits;
    private readonly SortedSet<int> waiting = [];
    private TaintValue? returned;
    private TaintState? exit;
    private TaintState? whenTrue;
    private TaintState? whenFalse;

    public BodyAnalysis(TaintEngine engine, ControlFlowGraph graph, Frame frame)
    {
        this.graph = graph;
        evaluator = new Evaluator(engine, graph, frame);
        guards = new Guards(engine, evaluator);
        evaluator.Guards = guards;
        reached = new TaintState?[graph.Blocks.Length];
        visits = new int[graph.Blocks.Length];
    }

    public BodyResult Run(TaintState initial)
    {
        Reach(graph.Blocks[0], initial);
        while (waiting.Count > 0)
        {
            var ordinal = waiting.Min;
            waiting.Remove(ordinal);
            if (visits[ordinal]++ < MaxVisits) Visit(graph.Blocks[ordinal], reached[ordinal]!);
        }

        var result = returned is null ? evaluator.Yielded ?? TaintValue.Clean : evaluator.Yielded is { } yielded
            ? TaintValue.Join(returned, yielded) : returned;
        return new BodyResult(result, exit, whenTrue, whenFalse);
    }

    private void Visit(BasicBlock block, TaintState state)
    {
        evaluator.State = state;
        Interrupt(block, state);
        foreach (var operation in block.Operations)
        {
            evaluator.Evaluate(operation);
            Interrupt(block, evaluator.State);
        }

        if (block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { } condition)
        {
            evaluator.Evaluate(condition);
            var after = evaluator.State;
            var sense = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            Follow(block.ConditionalSuccessor, guards.Refine(after, condition, sense));
            Follow(block.FallThroughSuccessor, guards.Refine(after, condition, !sense));
            return;
        }

        var next = block.FallThroughSuccessor;
        if (block.BranchValue is { } value)
        {
            var result = evaluator.Evaluate(value);
            if (next?.Semantics == ControlFlowBranchSemantics.Return) Return(value, result);
        }

        Follow(next, evaluator.State);
    }

    private void Return(IOperation operation, TaintValue value)
    {
        var result = value with { Origins = [] };
        returned = returned is null ? result : TaintValue.Join(returned, result);
        if (operation.Type?.SpecialType != SpecialType.System_Boolean) return;
        whenTrue = TaintState.Join(whenTrue, guards.Refine(evaluator.State, operation, true));
        whenFalse = TaintState.Join(whenFalse, guards.Refine(evaluator.State, operation, false));
    }

    private void Follow(ControlFlowBranch? branch, TaintState? state)
    {
        if (branch is null || state is null) return;
        foreach (var region in branch.FinallyRegions) Reach(graph.Blocks[region.FirstBlockOrdinal], state);
        if (branch.Destination is not { } destination) return;
        if (destination.Kind == BasicBlockKind.Exit) exit = TaintState.Join(exit, state);
        else Reach(destination, state);
    }

    // An exception can leave the block at every operation: the handlers see each of these states.
    private void Interrupt(BasicBlock block, TaintState state)
    {
        // The regions of a lambda continue in those of the method around it, whose blocks are not of this graph.
        for (var region = block.EnclosingRegion; region is not null && !ReferenceEquals(region, graph.Root); region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { } whole) continue;
            foreach (var handler in whole.NestedRegions)
            {
                if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally)
                    Reach(graph.Blocks[handler.FirstBlockOrdinal], state);
            }
        }
    }

    private void Reach(BasicBlock block, TaintState state)
    {
        var known = reached[block.Ordinal];
        var joined = TaintState.Join(known, state)!;
        if (known is not null && known.Same(joined)) return;
        reached[block.Ordinal] = joined;
        waiting.Add(block.Ordinal);
    }
}
