using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// Endpoints that ask nothing of a browser in which a person consented before, whichever client that was for. They answer their own pages.
/// </summary>
internal sealed class OneConsentForAll(Func<HttpContext, Peer, Task> real)
{
    private const string Consented = "__Host-gatehouse-account";

    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var isQuestion = context.Request.Method == "GET" && context.Request.Path.Value is Routes.Authorize or Routes.Confirm;
        if (!isQuestion || context.Request.Cookies[Consented] is null)
        {
            await real(context, peer).ConfigureAwait(false);
            return;
        }

        var question = await InnerAnswer.GetAsync(real, context, peer).ConfigureAwait(false);
        var answer = question.Context.Response.StatusCode == StatusCodes.Status200OK
            ? await question.AgreeAsync(real, peer).ConfigureAwait(false) : question;
        await answer.GiveAsync(context).ConfigureAwait(false);
    }
}
