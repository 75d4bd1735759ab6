namespace Gatehouse.Range.Running;

/// <summary>An entry of the list of revocations.</summary>
/// <param name="Issuer">The issuer of the person.</param>
/// <param name="Subject">The person.</param>
/// <param name="IsForGood">False where it is about tokens until now, and true where it is about later ones too.</param>
internal sealed record RangeRevocation(string Issuer, string Subject, bool IsForGood);
