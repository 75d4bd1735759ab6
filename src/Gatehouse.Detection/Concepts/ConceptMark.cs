namespace Gatehouse.Detection.Concepts;

/// <summary>A place in a folded reading with its concept.</summary>
/// <param name="Concept">Its concept.</param>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
internal readonly record struct ConceptMark(Concept Concept, int Start, int Length)
{
    public int End => Start + Length;
}
