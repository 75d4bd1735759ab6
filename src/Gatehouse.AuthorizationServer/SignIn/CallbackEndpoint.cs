using System.Security.Cryptography;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// <c>GET /oauth/callback/NAME</c>: a browser comes back from a provider (OpenID Connect Core §3.1.2.5; MCP rows B09 to B12, C09, C10).
/// </summary>
/// <remarks>
/// <para>Threat: an attacker begins a sign-in and has the victim finish it, or the reverse (login CSRF, code injection). The cookie, which was set
/// with the consent, holds the answer to the browser that consented.</para>
/// <para>Threat: a state is used twice. The second use finds the first one's confirmation and grant, and ends both. While the provider is being
/// asked, the confirmation exists already, without a person, so that a second use ends it also then.</para>
/// </remarks>
internal sealed class CallbackEndpoint(AuthorizationServerParts parts, SignInAnswers answers, PersonSessions sessions)
{
    /// <summary>Answers the request.</summary>
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var given = RequestParameters.OfQuery(context.Request);
        if (given.Repeated.Count > 0 || given["state"] is not { Length: RandomValue.Characters } state)
        {
            await RefuseAsync(context, "state").ConfigureAwait(false);
            return;
        }

        var answer = new ProviderAnswer(
            context.Request.Path.Value![Routes.Callback.Length..], given["code"], given["iss"], given["error"], given["error_description"]);
        await SpendAsync(context, RandomValue.Digest(state), answer, peer).ConfigureAwait(false);
    }

    private async Task SpendAsync(HttpContext context, byte[] digest, ProviderAnswer answer, Peer peer)
    {
        var (pending, now) = (RandomValue.New(), parts.Time.GetUtcNow());
        var pendingDigest = RandomValue.Digest(pending);
        var row = new CredentialRow(
            CredentialKind.Confirmation, pendingDigest, "", peer.Digest, ReadOnlyMemory<byte>.Empty, now, now + SignInCookies.Life);
        var spent = await CountingFaultsAsync(
            parts.Grants.SpendAsync(CredentialKind.SignInState, digest, pendingDigest, [row], null, 1, now, context.RequestAborted), peer)
            .ConfigureAwait(false);
        var state = spent.Credential is { } credential
            ? parts.Facts.Open<SignInState>(Purposes.SignInState, Purposes.Owner(digest), credential.Sealed)
            : null;
        var browser = SignInCookies.TakeBrowser(context, SignInCookies.Key(digest));
        if (spent.Outcome == SpendOutcome.AlreadySpent)
            await RevokeAsync(context, digest, state, spent.Successor, peer).ConfigureAwait(false);
        else if (state is null || !RandomValue.Has(browser, state.Browser))
            await RefuseAsync(context, "browser", pendingDigest).ConfigureAwait(false);
        else
            await FinishAsync(context, state, answer, pendingDigest, peer).ConfigureAwait(false);
    }

    // ID-08: an attempt that a fault ended is one too.
    private async ValueTask<T> CountingFaultsAsync<T>(ValueTask<T> work, Peer peer)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch
        {
            parts.Journal.Attempt(peer.Partition, AttemptEndpoint.SignIn, "unavailable");
            throw;
        }
    }

    // From here the request is known: the client gets the error, whatever fails.
    private async Task FinishAsync(HttpContext context, SignInState state, ProviderAnswer answer, byte[] pending, Peer peer)
    {
        try
        {
            await CompleteAsync(context, state, answer, pending, peer).ConfigureAwait(false);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            await answers.UnstoredAsync(context, state.Request).ConfigureAwait(false);
        }
    }

    private async Task CompleteAsync(HttpContext context, SignInState state, ProviderAnswer answer, byte[] pending, Peer peer)
    {
        var provider = parts.Providers().FirstOrDefault(candidate => candidate.Name == state.Attempt.Provider);
        var result = provider is null
            ? new SignInResult(null, SignInFaults.Gone)
            : await CountingFaultsAsync(provider.CompleteAsync(state.Attempt, answer, context.RequestAborted), peer).ConfigureAwait(false);
        parts.Journal.Attempt(peer.Partition, AttemptEndpoint.SignIn, result.Fault?.Code);
        if (result.Person is { } contained && parts.Issuer.IsContained(contained.Subject, state.Request?.ClientId ?? ""))
            await RefuseContainedAsync(context, state, contained, pending).ConfigureAwait(false);
        else if (result.Person is { } person) await AskToConfirmAsync(context, state, person, pending, peer).ConfigureAwait(false);
        else await FailAsync(context, state, result.Fault!, pending).ConfigureAwait(false);
    }

    private async Task RefuseContainedAsync(HttpContext context, SignInState state, SignedInPerson person, byte[] pending)
    {
        await ForgetAsync(pending).ConfigureAwait(false);
        parts.Journal.Note(
            "oauth.refused", ("why", "contained"), ("subject", person.Subject), ("client", state.Request?.ClientId ?? ""));
        await answers.FailAsync(context, state.Request, SignInFailure.Contained).ConfigureAwait(false);
    }

    private async Task AskToConfirmAsync(HttpContext context, SignInState state, SignedInPerson person, byte[] pending, Peer peer)
    {
        if (state.Request is not { } request)
        {
            await ForgetAsync(pending).ConfigureAwait(false);
            sessions.Begin(context, person, state.Page);
            return;
        }

        var (value, now) = (RandomValue.New(), parts.Time.GetUtcNow());
        var digest = RandomValue.Digest(value);
        var facts = new Confirmation { Request = request, Person = person };
        var box = parts.Facts.Seal(Purposes.Confirmation, Purposes.Owner(digest), facts);
        if (box.Length > CredentialRow.MostSealedBytes)
        {
            await ForgetAsync(pending).ConfigureAwait(false);
            await answers.FailAsync(context, request, SignInFailure.TooLarge).ConfigureAwait(false);
            return;
        }

        var row = new CredentialRow(CredentialKind.Confirmation, digest, "", peer.Digest, box, now, now + SignInCookies.Life);
        var spent = await parts.Grants.SpendAsync(CredentialKind.Confirmation, pending, digest, [row], null, 1, now, context.RequestAborted)
            .ConfigureAwait(false);
        if (spent.Outcome != SpendOutcome.Spent)
        {
            await RefuseLateAsync(context, request, spent.Outcome).ConfigureAwait(false);
            return;
        }

        var key = SignInCookies.Key(digest);
        SignInCookies.SetConfirmation(context, key, value);
        // The page has an address of its own: code and state leave the browser's address bar, and a reload does not send them again.
        Redirects.To(context, $"{parts.Settings().Origin}{Routes.Confirm}?s={key}");
    }

    // A state that came twice meanwhile is an attack, which is shown to the person only. A confirmation whose time is over is none.
    private Task RefuseLateAsync(HttpContext context, AuthorizationRequest request, SpendOutcome outcome) => outcome == SpendOutcome.AlreadySpent
        ? answers.FaultAsync(context, StatusCodes.Status400BadRequest, PageFault.AlreadyUsed)
        : answers.FailAsync(context, request, SignInFailure.Late);

    // A provider's refusal goes back to the client as RFC 6749 §4.1.2.1 has it, unless the answer cannot be trusted to be the provider's.
    private async Task FailAsync(HttpContext context, SignInState state, SignInFault fault, byte[] pending)
    {
        var (peer, provider) = (Peer.Of(context).Partition, state.Attempt.Provider);
        if (fault.IsAttack) parts.Journal.AlarmOf(peer, fault.Code, ("provider", provider));
        else parts.Journal.SignInFailed(peer, provider, fault.Code);
        await ForgetAsync(pending).ConfigureAwait(false);
        var failure = SignInFailure.Of(fault, provider, parts.Providers().FirstOrDefault(one => one.Name == provider)?.DisplayName);
        await (fault.IsAttack
            ? answers.FaultAsync(context, failure.Report(state.Request?.ClientId))
            : answers.FailAsync(context, state.Request, failure)).ConfigureAwait(false);
    }

    private async Task RevokeAsync(HttpContext context, byte[] digest, SignInState? state, ReadOnlyMemory<byte> pending, Peer peer)
    {
        var now = parts.Time.GetUtcNow();
        parts.Journal.Attempt(peer.Partition, AttemptEndpoint.SignIn, AlarmKinds.StateReuse);
        var first = await SpendAsync(pending, now).ConfigureAwait(false);
        if (first.Outcome == SpendOutcome.AlreadySpent && !first.Successor.IsEmpty)
            await EndAsync(first.Successor, await SpendAsync(first.Successor, now).ConfigureAwait(false)).ConfigureAwait(false);
        if (await IsFirstReuseAsync(digest, peer, now).ConfigureAwait(false))
            parts.Journal.AlarmOf(
                peer.Partition, AlarmKinds.StateReuse, ("provider", state?.Attempt.Provider ?? ""), ("client", state?.Request?.ClientId ?? ""));
        await answers.FaultAsync(context, new FaultReport(StatusCodes.Status400BadRequest, PageFault.AlreadyUsed)
        {
            Cause = AlarmKinds.StateReuse,
            Client = state?.Request?.ClientId,
            Provider = state?.Attempt.Provider,
        }).ConfigureAwait(false);
    }

    private ValueTask<SpendResult> SpendAsync(ReadOnlyMemory<byte> confirmation, DateTimeOffset now) =>
        parts.Grants.SpendAsync(CredentialKind.Confirmation, confirmation, default, [], null, 1, now);

    private async ValueTask EndAsync(ReadOnlyMemory<byte> confirmation, SpendResult confirmed)
    {
        if (confirmed.Outcome != SpendOutcome.AlreadySpent || confirmed.Successor.IsEmpty) return;
        var issued = parts.Facts.Open<IssuedGrant>(Purposes.Confirmed, Purposes.Owner(confirmation), confirmed.Successor);
        if (issued is not null) await parts.Ending.EndAsync(issued.GrantId, AlarmKinds.StateReuse, isAttack: false).ConfigureAwait(false);
    }

    // One state is one alarm: exactly one of any number of further uses adds the row.
    private ValueTask<bool> IsFirstReuseAsync(byte[] digest, Peer peer, DateTimeOffset now)
    {
        var row = new CredentialRow(CredentialKind.ProofIdentifier, SHA256.HashData([.. "state-reuse "u8, .. digest]), "", peer.Digest,
            ReadOnlyMemory<byte>.Empty, now, now + SignInCookies.Life);
        return parts.Grants.AddCredentialAsync(row, SignInStart.MostOf(peer));
    }

    // Strangers can begin and fail without end; the room of confirmations is for people who have signed in.
    private async ValueTask ForgetAsync(byte[] pending)
    {
        try
        {
            await parts.Grants.RemoveCredentialAsync(CredentialKind.Confirmation, pending).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // It opens nothing and its time is over soon. The answer to the person matters more.
        }
    }

    private async Task RefuseAsync(HttpContext context, string fault, byte[]? pending = null)
    {
        if (pending is not null) await ForgetAsync(pending).ConfigureAwait(false);
        parts.Journal.Attempt(Peer.Of(context).Partition, AttemptEndpoint.SignIn, fault);
        parts.Journal.NoteOf(Peer.Of(context).Partition, "oauth.callback.refused", ("fault", fault));
        var report = new FaultReport(StatusCodes.Status400BadRequest, PageFault.OtherBrowser) { Cause = fault };
        await answers.FaultAsync(context, report).ConfigureAwait(false);
    }
}
