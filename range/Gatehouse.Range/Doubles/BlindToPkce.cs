using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Range.Doubles;

/// <summary>Endpoints to which every verifier is the right one: they put the same challenge and verifier in the place of those that came.</summary>
internal sealed class BlindToPkce(Func<HttpContext, Peer, Task> real)
{
    private const string Challenge = "code_challenge";
    private const string Verifier = "code_verifier";

    private static readonly string Same = new('v', 43);

    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        if (context.Request.Path.Value == Routes.Authorize)
        {
            var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
            query[Challenge] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Same)));
            context.Request.QueryString = QueryString.Create(query);
        }
        else if (context.Request.Path.Value == Routes.Token)
        {
            using var reader = new StreamReader(context.Request.Body);
            var form = QueryHelpers.ParseQuery(await reader.ReadToEndAsync().ConfigureAwait(false));
            if (form.ContainsKey("code")) form[Verifier] = Same;
            var body = Encoding.ASCII.GetBytes(QueryString.Create(form).Value!.TrimStart('?'));
            (context.Request.ContentLength, context.Request.Body) = (body.Length, new MemoryStream(body));
        }

        await real(context, peer).ConfigureAwait(false);
    }
}
