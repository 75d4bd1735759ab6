using System.Runtime.CompilerServices;
using Gatehouse.Identity.Tokens;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>
/// The credentials in memory, of the settings that obtained them: a reload that changes a server's settings begins without any. Bounded, with a share
/// for each person. Safe for concurrent use.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialTable(CredentialHost host, TimeProvider time)
{
    /// <summary>The most credentials of callers for one server: 10,000.</summary>
    public const int MostOfServer = 10_000;

    private readonly Lock gate = new();
    private readonly ConditionalWeakTable<PolicySubject, CallerKey> keys = [];
    private readonly ConditionalWeakTable<object, CallerCredential> own = [];
    private readonly ConditionalWeakTable<IssuedCredentialSettings, ClockCache<CallerCredential>> ofCallers = [];

    /// <summary>Returns the credential of the gateway itself.</summary>
    public CallerCredential OfGateway(ServerSettings server)
    {
        var settings = SettingsOf(server)!;
        return own.TryGetValue(settings, out var found) ? found
            : own.GetValue(settings, _ => new CallerCredential(
                null, null, null, server.Name, new TokenCell(time), CredentialWords.UseOf(server.Http!)));
    }

    /// <summary>Returns the credential of a caller.</summary>
    public CallerCredential Of(ServerSettings server, PolicySubject caller)
    {
        var table = ofCallers.GetValue(
            server.Http!.Issued!, _ => new ClockCache<CallerCredential>(MostOfServer, () => host.Settings().Limits.CallerShare));
        var key = keys.GetValue(caller, CallerKey.Of);
        if (table.TryGet(key.Hash, out var found)) return found;
        lock (gate)
        {
            if (table.TryGet(key.Hash, out found)) return found;
            found = new CallerCredential(
                caller.Issuer, caller.Subject, caller.ClientId, server.Name, new TokenCell(time), CredentialWords.UseOf(server.Http));
            table.Set(key.Hash, found, key.Partition);
            return found;
        }
    }

    /// <summary>Returns all credentials of the configuration in force that hold a token, or whose last request failed.</summary>
    public IReadOnlyList<CallerCredential> All()
    {
        List<CallerCredential> all = [];
        foreach (var settings in host.Settings().Servers.Select(SettingsOf).OfType<object>())
        {
            if (own.TryGetValue(settings, out var one)) all.Add(one);
            if (settings is IssuedCredentialSettings issued && ofCallers.TryGetValue(issued, out var table)) all.AddRange(table.Values);
        }

        return [.. all.Where(static one => one.Cell.Held is not null || one.Cell.LastFault is not null)];
    }

    /// <summary>Forgets the credentials that a test selects, and returns how many. The next call obtains new ones.</summary>
    public int Forget(Func<CallerCredential, bool> which)
    {
        var count = 0;
        foreach (var settings in host.Settings().Servers.Select(SettingsOf).OfType<object>())
        {
            if (own.TryGetValue(settings, out var one) && which(one) && own.Remove(settings)) count++;
            if (settings is not IssuedCredentialSettings issued || !ofCallers.TryGetValue(issued, out var table)) continue;
            table.RemoveWhere(credential =>
            {
                if (!which(credential)) return false;
                count++;
                return true;
            });
        }

        return count;
    }

    private static object? SettingsOf(ServerSettings server) => (object?)server.Http?.Issued ?? server.Http?.Azure;
}
