namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>A word or phrase that names a secret.</summary>
/// <param name="Words">The phrase, normalized, word by word.</param>
/// <param name="InNumbers">True when the secret fits a field for numbers, such as a PIN.</param>
/// <param name="Unless">Words directly after it that change its meaning (<c>token count</c>).</param>
/// <param name="UnlessAfter">Words directly before it that change its meaning (<c>library card number</c>).</param>
internal sealed record SecretTerm(string[] Words, bool InNumbers, IReadOnlySet<string> Unless, IReadOnlySet<string> UnlessAfter);
