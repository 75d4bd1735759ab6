namespace Gatehouse.Detection.PersonalData;

/// <summary>Returns whether a value, digits and capital letters without separators, satisfies the rules of its number.</summary>
internal delegate bool NumberCheck(ReadOnlySpan<char> value);
