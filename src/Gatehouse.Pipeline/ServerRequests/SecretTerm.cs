namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>A word or phrase that stands for a secret.</summary>
/// <param name="Words">The phrase, normalised, word by word.</param>
/// <param name="InNumbers">True when the secret is one that fits a field for numbers, such as a PIN.</param>
/// <param name="Unless">Words right after it that make it something else (<c>token count</c>).</param>
/// <param name="UnlessAfter">Words right before it that make it something else (<c>library card number</c>).</param>
internal sealed record SecretTerm(string[] Words, bool InNumbers, IReadOnlySet<string> Unless, IReadOnlySet<string> UnlessAfter);
