namespace Gatehouse.Detection.Text;

/// <summary>A stretch of a text with signs of other readings.</summary>
/// <param name="Start">First character of the first sign.</param>
/// <param name="End">The character after the last sign.</param>
/// <param name="Signs">The signs.</param>
internal readonly record struct SignStretch(int Start, int End, TextSigns Signs);
