using System.Runtime.CompilerServices;
using System.Text.Json;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The callers, and their form that the policy sees. Each verified token has one object for as long as the token is cached, because the decision
/// point attaches to it the rules that apply to the caller.
/// </summary>
public static class PolicySubjects
{
    private static readonly ConditionalWeakTable<VerifiedToken, KnownCaller> Known = [];

    /// <summary>Returns the subject of a token.</summary>
    public static PolicySubject Of(VerifiedToken token) => CallerOf(token).Subject;

    /// <summary>Returns the caller of a token.</summary>
    internal static KnownCaller CallerOf(VerifiedToken token) => Known.GetValue(token, static token => new KnownCaller(token, Create(token)));

    private static PolicySubject Create(VerifiedToken token) =>
        new(token.Issuer, token.Subject, token.ClientId, token.Scopes, token.Roles, token.Groups)
        {
            Strengths = token.AuthenticationContext is { } context ? [context, .. token.AuthenticationMethods] : token.AuthenticationMethods,
            GroupsAreIncomplete = token.GroupsIncomplete,
            Claims = name => token.TryGetClaim(name, out var value) ? value : (JsonElement?)null,
        };
}
