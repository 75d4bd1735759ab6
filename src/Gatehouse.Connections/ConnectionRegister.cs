using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Connections;

/// <summary>
/// The connections of people: made, found, refreshed and ended. One refresh of a connection runs at a time. Safe for concurrent use.
/// </summary>
/// <param name="store">The rows.</param>
/// <param name="seals">Opens and seals them.</param>
/// <param name="services">The services.</param>
/// <param name="journal">The record.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionRegister(
    IConnectionStore store, ConnectionSeals seals, ConnectedServices services, ConnectionJournal journal, TimeProvider time)
{
    /// <summary>The most connections of one person.</summary>
    public const int MostOfPerson = 100;

    /// <summary>The longest time from consent to consent.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>The time before the end of an access token from which it is refreshed.</summary>
    public static readonly TimeSpan RefreshAhead = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestRevocation = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Issuer, string Subject, string Server), Lazy<Task<Connection?>>> refreshes = new();

    /// <summary>Returns the connection of a person for a server; null without a connection.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<Connection?> FindAsync(string issuer, string subject, string server, CancellationToken cancellation = default) =>
        await store.FindAsync(issuer, subject, server, time.GetUtcNow(), cancellation).ConfigureAwait(false) is { } row ? seals.Open(row) : null;

    /// <summary>Stores a connection with the tokens that a person just agreed to, in the place of one before.</summary>
    /// <remarks>
    /// The tokens before are not revoked: a service may have one grant for a person and a client, so that the new tokens would end too (Google).
    /// </remarks>
    /// <returns>The fault; null when it is stored and its entry is durable.</returns>
    /// <exception cref="StoreException">Nothing was stored.</exception>
    public async Task<SignInFault?> AddAsync(ConnectionLink link, ServerSettings server, ConnectedService service, ConnectionTokens tokens)
    {
        var now = time.GetUtcNow();
        var scopes = tokens.Scopes ?? [.. server.Http!.Connection!.Scopes];
        var facts = new ConnectionFacts
        {
            AccessToken = tokens.AccessToken,
            RefreshToken = tokens.RefreshToken,
            ExpiresAt = now + tokens.Life,
            Scopes = scopes,
            Service = service.Identity,
            ServerOrigin = Connection.OriginOf(server),
        };
        var until = tokens.RefreshToken is null && facts.ExpiresAt is { } end && end < now + Life ? end : now + Life;
        var row = new ConnectionRow(link.Issuer, link.Subject, link.Server, service.Name, RandomValue.New(),
            seals.Seal(link.Issuer, link.Subject, link.Server, facts), now, until);
        if (!await store.PutAsync(row, MostOfPerson).ConfigureAwait(false))
        {
            await RevokeAsync(service, facts).ConfigureAwait(false);
            return service.Faults.TooMany();
        }

        // AU-06: no right without its entry.
        if (!await journal.MadeAsync(row, scopes).ConfigureAwait(false))
        {
            await EndAsync(new Connection(row, facts), ConnectionCauses.Unrecorded, CancellationToken.None).ConfigureAwait(false);
            return ConnectionFaults.Unrecorded;
        }

        return null;
    }

    /// <summary>
    /// Returns the connection with an access token that is good for a while; null when it cannot be refreshed, or the service refused to.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="service">Its service.</param>
    /// <param name="isRefused">True where the server refused the access token before its end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SignInException">The service does not answer now, and the token is over.</exception>
    /// <exception cref="StoreException">The store cannot be used, and the token is over.</exception>
    public async ValueTask<Connection?> FreshAsync(
        Connection connection, ConnectedService service, bool isRefused, CancellationToken cancellation)
    {
        if (connection.Facts.RefreshToken is null && (isRefused || IsOver(connection))) return null;
        if (!isRefused && !IsDue(connection)) return connection;
        var key = (connection.Row.Issuer, connection.Row.Subject, connection.Row.Server);
        var flight = refreshes.GetOrAdd(key, _ => new Lazy<Task<Connection?>>(() => RefreshAndForgetAsync(key, connection, service, isRefused)));
        try
        {
            return await flight.Value.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SignInException or StoreException && !isRefused && !IsOver(connection))
        {
            return connection; // it lasts a while yet
        }
    }

    /// <summary>Returns the connections of one person, or of all. Rows only: no token is opened.</summary>
    /// <param name="person">Issuer and subject; null for all.</param>
    /// <param name="most">At most so many, 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<IReadOnlyList<ConnectionRow>> ListAsync(
        (string Issuer, string Subject)? person, int most, CancellationToken cancellation = default) =>
        store.ListAsync(person, most, time.GetUtcNow(), cancellation);

    /// <summary>
    /// Disconnects a person from a service: the gateway forgets the tokens, and revokes them at the service. Also when the service is down, the
    /// gateway has them no more.
    /// </summary>
    /// <param name="issuer">The issuer of the person.</param>
    /// <param name="subject">The person.</param>
    /// <param name="server">The server.</param>
    /// <param name="cause">The cause, a word of <see cref="ConnectionCauses"/>.</param>
    /// <param name="cancellation">Ends the wait for the service.</param>
    /// <returns>Whether there was a connection, and whether the service confirmed the revocation.</returns>
    /// <exception cref="StoreException">Nothing was forgotten.</exception>
    public async Task<(bool IsFound, bool IsRevoked)> DisconnectAsync(
        string issuer, string subject, string server, string cause, CancellationToken cancellation = default)
    {
        // A refresh at the same time replaces the row: then it is read again.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (await store.FindAsync(issuer, subject, server, time.GetUtcNow(), cancellation).ConfigureAwait(false) is not { } row)
                return (false, false);
            if (seals.Open(row) is { } connection)
            {
                if (await EndAsync(connection, cause, cancellation).ConfigureAwait(false) is { } isRevoked) return (true, isRevoked);
            }
            else if (await store.RemoveAsync(row, cancellation).ConfigureAwait(false))
            {
                await journal.EndedAsync(row, cause, null).ConfigureAwait(false);
                return (true, false);
            }
        }

        throw new StoreException("The connection changed again and again. Nothing was forgotten. Try again.");
    }

    /// <summary>Disconnects a person from every service, as an erasure does.</summary>
    /// <exception cref="StoreException">The store cannot be used; some may be forgotten.</exception>
    public async Task DisconnectAllAsync(string issuer, string subject, string cause)
    {
        foreach (var row in await ListAsync((issuer, subject), MostOfPerson).ConfigureAwait(false))
            await DisconnectAsync(issuer, subject, row.Server, cause).ConfigureAwait(false);
    }

    private bool IsDue(Connection connection) =>
        connection.Facts is { RefreshToken: not null, ExpiresAt: { } end } && time.GetUtcNow() >= end - RefreshAhead;

    private bool IsOver(Connection connection) => connection.Facts.ExpiresAt is { } end && time.GetUtcNow() >= end;

    private async Task<Connection?> RefreshAndForgetAsync(
        (string Issuer, string Subject, string Server) key, Connection connection, ConnectedService service, bool isRefused)
    {
        await Task.Yield(); // the flight is in the table before it ends
        try
        {
            return await RefreshAsync(connection, service, isRefused).ConfigureAwait(false);
        }
        finally
        {
            refreshes.TryRemove(key, out _);
        }
    }

    // Not cancelled with one caller: a rotated refresh token that is not stored is lost.
    private async Task<Connection?> RefreshAsync(Connection seen, ConnectedService service, bool isRefused)
    {
        var (issuer, subject, server) = (seen.Row.Issuer, seen.Row.Subject, seen.Row.Server);
        if (await FindAsync(issuer, subject, server).ConfigureAwait(false) is not { } current) return null;
        var isDue = isRefused ? current.Row.Revision == seen.Row.Revision : IsDue(current);
        if (!isDue || current.Facts.Service != service.Identity) return current;
        ConnectionTokens tokens;
        try
        {
            tokens = await service.RefreshAsync(current.Facts.RefreshToken!, current.Facts.Scopes, isRefused, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (SignInException fault) when (fault.Fault.Code != SignInFaults.UnavailableCode && IsEnd(fault.Fault))
        {
            return await AfterRefusalAsync(current).ConfigureAwait(false);
        }

        var next = Next(current, tokens);
        // Before its first use: a service that rotates refresh tokens takes each once, and a lost one ends the connection (RFC 9700 §4.14.2).
        if (await StoreAsync(next, current.Row.Revision).ConfigureAwait(false)) return next;
        // Another gateway of this store was first, or the person connected again. These tokens are not revoked: where the service has one grant for a
        // person and a client, the stored ones would end too (Google).
        if (await FindAsync(issuer, subject, server).ConfigureAwait(false) is { } newer) return newer;
        await RevokeAsync(service, next.Facts).ConfigureAwait(false); // it was disconnected meanwhile
        return null;
    }

    private static bool IsEnd(SignInFault fault) => fault.Code is ConnectionFaults.RefusedCode or "connection-scope-wider";

    // Another gateway of this store may have used the refresh token a moment ago, and stored its successor.
    private async Task<Connection?> AfterRefusalAsync(Connection current)
    {
        var again = await FindAsync(current.Row.Issuer, current.Row.Subject, current.Row.Server).ConfigureAwait(false);
        if (again is not null && again.Row.Revision != current.Row.Revision) return again;
        if (await store.RemoveAsync(current.Row).ConfigureAwait(false))
            await journal.EndedAsync(current.Row, ConnectionCauses.Refused, null).ConfigureAwait(false);
        return null;
    }

    private Connection Next(Connection current, ConnectionTokens tokens)
    {
        var facts = current.Facts with
        {
            AccessToken = tokens.AccessToken,
            RefreshToken = tokens.RefreshToken ?? current.Facts.RefreshToken,
            ExpiresAt = time.GetUtcNow() + tokens.Life,
            Scopes = tokens.Scopes ?? current.Facts.Scopes,
        };
        var row = current.Row with
        {
            Revision = RandomValue.New(),
            Sealed = seals.Seal(current.Row.Issuer, current.Row.Subject, current.Row.Server, facts),
        };
        return new Connection(row, facts);
    }

    private async ValueTask<bool> StoreAsync(Connection next, string revision)
    {
        try
        {
            return await store.ReplaceAsync(next.Row, revision).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return await store.ReplaceAsync(next.Row, revision).ConfigureAwait(false); // once more: the refresh token exists nowhere else
        }
    }

    // Forgotten first: whatever the service answers, no call uses the tokens any more. Null when the row was changed meanwhile.
    private async Task<bool?> EndAsync(Connection connection, string cause, CancellationToken cancellation)
    {
        if (!await store.RemoveAsync(connection.Row, cancellation).ConfigureAwait(false)) return null;
        var service = services.Find(connection.Row.Provider);
        var isRevoked = service is not null && service.Identity == connection.Facts.Service
            && await RevokeAsync(service, connection.Facts).ConfigureAwait(false);
        await journal.EndedAsync(connection.Row, cause, isRevoked).ConfigureAwait(false);
        return isRevoked;
    }

    private async Task<bool> RevokeAsync(ConnectedService service, ConnectionFacts facts)
    {
        using var patience = new CancellationTokenSource(LongestRevocation, time);
        try
        {
            return await service.RevokeAsync(facts, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
