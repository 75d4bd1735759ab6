namespace Gatehouse.Analyzers.Taint;

/// <summary>The place of a body in a chain of calls.</summary>
/// <param name="Depth">How many calls lead from the tool to the body.</param>
internal readonly record struct Frame(int Depth)
{
    public Frame Deeper => new(Depth + 1);
}
