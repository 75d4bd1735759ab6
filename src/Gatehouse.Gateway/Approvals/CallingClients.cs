using System.Collections.Concurrent;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The clients that have made calls since the start of the process, for callers with a right at a server. An agent may hold what such a client holds:
/// a person neither asks for a right nor grants one with it.
/// </summary>
/// <remarks>
/// The threat: a caller without any right makes one call with the public client that administrators use, and none of them can release or approve
/// anything until the next start.
/// </remarks>
internal class CallingClients
{
    /// <summary>The most clients that are kept. From then on every client counts as one that makes calls.</summary>
    public const int MostClients = 10_000;

    /// <summary>
    /// The most clients that are kept of one person once half of the room is used. From then on every client of this person counts as one that makes
    /// calls.
    /// </summary>
    public const int MostOfPerson = 100;

    private readonly ConcurrentDictionary<(string Issuer, string Client), bool> clients = new();
    private readonly ConcurrentDictionary<(string Issuer, string Subject), int> people = new();
    private int kept; // the count of the dictionary takes all of its locks

    /// <summary>Notes that a call came with a token.</summary>
    public void Note(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.ClientId is not { } client || clients.ContainsKey((token.Issuer, client)) || HasNoRoomFor(token)) return;
        if (!clients.TryAdd((token.Issuer, client), true)) return;
        Interlocked.Increment(ref kept);
        people.AddOrUpdate((token.Issuer, token.Subject), 1, static (_, count) => count + 1);
    }

    /// <summary>Returns whether a client is known to have made calls, whatever the bound says.</summary>
    public virtual bool HasCalled(string issuer, string client) => clients.ContainsKey((issuer, client));

    /// <summary>Returns whether the client of a token makes calls.</summary>
    public virtual bool Has(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        // Threat: a caller registers clients until the one that matters is not kept.
        return token.ClientId is { } client && (clients.ContainsKey((token.Issuer, client)) || HasNoRoomFor(token));
    }

    // Threat: one person with a right at a server calls with new clients until no client of anyone grants anything.
    private bool HasNoRoomFor(VerifiedToken token)
    {
        var used = Volatile.Read(ref kept);
        return used >= MostClients
            || (used >= MostClients / 2 && people.GetValueOrDefault((token.Issuer, token.Subject)) >= MostOfPerson);
    }
}
