using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// The tokens of sign-in providers that are held, sealed, in the grants of people. They are refreshed before they are used, once for all calls of a
/// grant. Safe for concurrent use.
/// </summary>
/// <param name="parts">Grants and seals.</param>
/// <param name="providers">The providers of the configuration in force.</param>
internal sealed class HeldTokens(TokenParts parts, Func<IReadOnlyList<ISignInProvider>> providers)
{
    /// <summary>The time before the end of a token from which another one is requested: one minute.</summary>
    public static readonly TimeSpan RefreshAhead = TimeSpan.FromMinutes(1);

    private const int MostAttempts = 3;

    private readonly ConcurrentDictionary<string, Lazy<Task<(SignedInPerson, ProviderTokens)?>>> refreshes = new(StringComparer.Ordinal);

    /// <summary>Returns the person of a grant, and the tokens of the person's provider, which last a while.</summary>
    /// <param name="grantId">The grant.</param>
    /// <param name="needsIdToken">True where the ID token is needed, and the access token is not.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the grant has ended, or the person has to sign in again for tokens that last.</returns>
    /// <exception cref="SignInException">The provider does not answer now.</exception>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async ValueTask<(SignedInPerson Person, ProviderTokens Tokens)?> FindAsync(
        string grantId, bool needsIdToken, CancellationToken cancellation)
    {
        if (await ReadAsync(grantId).ConfigureAwait(false) is not ({ } grant, { } tokens)) return null;
        if (Lasts(tokens, needsIdToken)) return (grant.Facts.Person, tokens);
        var flight = refreshes.GetOrAdd(
            grantId, id => new Lazy<Task<(SignedInPerson, ProviderTokens)?>>(() => RefreshAndForgetAsync(id, needsIdToken)));
        var fresh = await flight.Value.WaitAsync(cancellation).ConfigureAwait(false);
        return fresh is var (person, refreshed) && Lasts(refreshed, needsIdToken) ? (person, refreshed) : null;
    }

    private bool Lasts(ProviderTokens tokens, bool needsIdToken) =>
        (needsIdToken ? tokens.IdUntil : tokens.AccessUntil) > parts.Time.GetUtcNow() + RefreshAhead;

    private async ValueTask<(LiveGrant Grant, ProviderTokens Tokens)?> ReadAsync(string grantId)
    {
        var row = await parts.Grants.FindGrantAsync(grantId, parts.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (LiveGrant.Open(parts, row) is not { } grant) return null;
        var person = grant.Facts.Person;
        return ProviderTokens.Read(person.ProviderTokens, person.ProviderTokensAt ?? grant.Row.At) is { } tokens ? (grant, tokens) : null;
    }

    private async Task<(SignedInPerson, ProviderTokens)?> RefreshAndForgetAsync(string grantId, bool needsIdToken)
    {
        await Task.Yield(); // the flight is in the table before it ends
        try
        {
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                if (await ReadAsync(grantId).ConfigureAwait(false) is not ({ } grant, { } tokens)) return null;
                if (Lasts(tokens, needsIdToken)) return (grant.Facts.Person, tokens);
                if (await RefreshAsync(grant, tokens).ConfigureAwait(false) is not { } isStored) return null;
                // Once: a provider need not return another ID token. Otherwise another gateway of this store was first, or the grant has ended.
                if (isStored) return await ReadAsync(grantId).ConfigureAwait(false) is var (held, fresh) ? (held.Facts.Person, fresh) : null;
            }

            return null;
        }
        finally
        {
            refreshes.TryRemove(grantId, out _);
        }
    }

    // Not cancelled with one caller: a rotated refresh token that is not stored is lost. Null when the provider refuses the person.
    private async Task<bool?> RefreshAsync(LiveGrant grant, ProviderTokens tokens)
    {
        var person = grant.Facts.Person;
        if (tokens.Refresh is null || providers().FirstOrDefault(one => one.Name == person.Provider) is not IProviderRefresh provider) return null;
        var at = parts.Time.GetUtcNow();
        byte[] answer;
        try
        {
            answer = await provider.RefreshAsync(tokens.Refresh, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SignInException fault) when (fault.Fault.Code != SignInFaults.UnavailableCode)
        {
            return await IsChangedAsync(grant).ConfigureAwait(false) ? false : null;
        }

        // Threat: the provider answers with the tokens of another person (OpenID Connect Core §12.2; CWE-863).
        if (ProviderTokens.Read(answer, at)?.Claim("sub") is { } subject && subject != person.ProviderSubject) return null;
        var facts = grant.Facts with { Person = person with { ProviderTokens = Joined(person.ProviderTokens, answer), ProviderTokensAt = at } };
        var sealedFacts = parts.Facts.Seal(Purposes.Grant, grant.Row.Id, facts);
        try
        {
            return await parts.Grants.ReplaceFactsAsync(grant.Row, sealedFacts, at).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return await parts.Grants.ReplaceFactsAsync(grant.Row, sealedFacts, at).ConfigureAwait(false); // once more: the token exists nowhere else
        }
    }

    private async Task<bool> IsChangedAsync(LiveGrant grant) =>
        await parts.Grants.FindGrantAsync(grant.Row.Id, parts.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is { } row
        && !row.Sealed.Span.SequenceEqual(grant.Row.Sealed.Span);

    // What an answer leaves out stays: a provider need not return another refresh token or ID token (RFC 6749 §6; OpenID Connect Core §12.2).
    private static byte[] Joined(byte[] before, byte[] after)
    {
        var all = JsonNode.Parse(before)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(after)!.AsObject()) all[name] = value?.DeepClone();
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) all.WriteTo(writer);
        return stream.ToArray();
    }
}
