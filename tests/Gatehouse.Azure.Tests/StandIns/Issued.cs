using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>A token as a stand-in issued it.</summary>
/// <param name="Audience">The resource that it is for.</param>
/// <param name="ClientId">The identity; empty for the system-assigned one.</param>
internal sealed record Issued(string Audience, string ClientId)
{
    private static readonly ConcurrentDictionary<string, Issued> All = new(StringComparer.Ordinal);

    /// <summary>Issues a token.</summary>
    public static string Token(string audience, string clientId)
    {
        var token = "token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        All[token] = new Issued(audience, clientId);
        return token;
    }

    /// <summary>Returns what a token stands for; null for a token that no stand-in issued.</summary>
    public static Issued? Of(string token) => All.GetValueOrDefault(token);
}
