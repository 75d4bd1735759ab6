using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>One format of secrets.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Form">Its form; the group <c>v</c>, where there is one, is the secret within it.</param>
/// <param name="Judge">The confidence of a match; null when it is none.</param>
internal sealed record SecretPattern(string Kind, Regex Form, Func<string, Confidence?> Judge);
