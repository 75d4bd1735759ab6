using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>A place of a text that holds personal data.</summary>
/// <param name="Kind">One of <see cref="PersonalKinds"/>.</param>
/// <param name="Start">The index of the first character.</param>
/// <param name="Length">The number of characters.</param>
/// <param name="Confidence">High where a label and the form agree, or where a checksum leaves no doubt.</param>
internal readonly record struct PersonalHit(string Kind, int Start, int Length, Confidence Confidence);
