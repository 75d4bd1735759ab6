namespace Gatehouse.Gateway.Access;

/// <summary>A right that a person has for a time.</summary>
/// <param name="Id">Id of the question by which it was granted.</param>
/// <param name="Issuer">Issuer of the person.</param>
/// <param name="Subject">The person at the issuer.</param>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Text">Text of the rule as it was shown to those who granted it.</param>
/// <param name="Until">The end.</param>
internal sealed record AccessRight(string Id, string Issuer, string Subject, string Rule, string Text, DateTimeOffset Until);
