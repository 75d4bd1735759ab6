namespace Gatehouse.Gateway.Access;

/// <summary>The right that a person asks for. A part of the sealed facts of a question.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Lasts">Time for which the right is granted, from the moment of the grant.</param>
/// <param name="Reason">The reason, in the person's words.</param>
internal sealed record AccessAsked(string Rule, TimeSpan Lasts, string Reason);
