namespace Gatehouse.Analyzers.Taint;

/// <summary>The place of a body in a chain of calls.</summary>
/// <param name="Depth">How many calls lead from the tool to the body.</param>
/// <param name="IsRoot">Whether no tool was entered yet: the body is only searched for delegates that become tools.</param>
internal readonly record struct Frame(int Depth, bool IsRoot = false)
{
    public Frame Deeper => this with { Depth = Depth + 1 };

    public Frame Entered => this with { IsRoot = false };
}
