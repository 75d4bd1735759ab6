using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Sends a browser to a provider, after the person consented: state in the store, cookie in the browser, then the redirect.</summary>
internal sealed class SignInStart(AuthorizationServerParts parts, SignInAnswers answers)
{
    /// <summary>The most sign-ins under way of one address block; its oldest is forgotten for a new one.</summary>
    public const int MostOfPeer = 200;

    /// <summary>
    /// The most sign-ins under way where the peers cannot be distinguished, behind a proxy. It is what the rate of pages lets begin in the life of a
    /// sign-in: with a smaller one, one stranger would push out the sign-ins of everybody.
    /// </summary>
    public const int MostOfUnknown = 60_000;

    /// <summary>Begins a sign-in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the person consented to; null when the person only wants to see what was granted.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="peer">The stranger whose share of the store is used.</param>
    /// <param name="isOther">True when the person wants to use another account.</param>
    /// <param name="page">The page of the gateway for which the person signs in without a request; null for the page of grants.</param>
    public async Task BeginAsync(
        HttpContext context, AuthorizationRequest? request, ISignInProvider provider, Peer peer, bool isOther = false, string? page = null)
    {
        var demand = (request?.Demand() ?? SignInDemand.None) with { IsOtherAccount = isOther };
        var state = RandomValue.New();
        try
        {
            var (address, attempt) = await provider.BeginAsync(state, demand, context.RequestAborted).ConfigureAwait(false);
            await StoreAsync(context, state, request, attempt, peer, page).ConfigureAwait(false);
            await answers.LeaveAsync(context, address.AbsoluteUri).ConfigureAwait(false);
        }
        catch (SignInException e)
        {
            parts.Journal.SignInFailed(peer.Partition, provider.Name, e.Fault.Code);
            await answers.FailAsync(context, request, SignInFailure.Of(e.Fault, provider.Name, provider.DisplayName)).ConfigureAwait(false);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            await answers.UnstoredAsync(context, request).ConfigureAwait(false);
        }
    }

    internal static int MostOf(Peer peer) => peer.Partition.IsKnown ? MostOfPeer : MostOfUnknown;

    // Rows C06, C08, C10: the state is random, stored here, bound to this browser, and set right before the redirect.
    private async Task StoreAsync(
        HttpContext context, string state, AuthorizationRequest? request, SignInAttempt attempt, Peer peer, string? page)
    {
        var (digest, browser, now) = (RandomValue.Digest(state), RandomValue.New(), parts.Time.GetUtcNow());
        var facts = new SignInState
        {
            Request = request,
            Page = page,
            Attempt = attempt,
            Browser = RandomValue.Digest(browser),
        };
        var row = new CredentialRow(CredentialKind.SignInState, digest, "", peer.Digest,
            parts.Facts.Seal(Purposes.SignInState, Purposes.Owner(digest), facts), now, now + SignInCookies.Life);
        await parts.Grants.AddCredentialAsync(row, MostOf(peer), context.RequestAborted).ConfigureAwait(false);
        SignInCookies.SetBrowser(context, SignInCookies.Key(digest), browser);
    }
}
