using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>Pages that show a client as it describes itself, without a warning.</summary>
internal sealed partial class PagesWithoutWarnings(Func<HttpContext, Peer, Task> real)
{
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        if (context.Request.Path.Value != Routes.Authorize)
        {
            await real(context, peer).ConfigureAwait(false);
            return;
        }

        var answer = await InnerAnswer.GetAsync(real, context, peer).ConfigureAwait(false);
        await (answer with { Body = Warnings().Replace(answer.Body, "") }).GiveAsync(context).ConfigureAwait(false);
    }

    [GeneratedRegex("<section class=\"warning\">.*?</section>", RegexOptions.Singleline)]
    private static partial Regex Warnings();
}
