using System.CommandLine;
using Gatehouse.Gateway.Control;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse revoke</c>.</summary>
internal static class RevokeCommand
{
    private static readonly string[] Kinds = ["token", "jti", "session", "subject", "client", "issuer"];

    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "By what tokens are found: token (its SHA-256), jti, session (sid), subject, client or issuer." };
        kind.AcceptOnlyFromAmong(Kinds);
        var value = new Argument<string?>("value") { Description = "What is revoked; none for an issuer.", Arity = ArgumentArity.ZeroOrOne };
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var issuer = new Option<string?>("--issuer") { Description = "Issuer of the tokens; for every kind but token.", HelpName = "url" };
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the store.", HelpName = "text" };
        var token = new Option<string?>("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("revoke",
            """
            Refuse tokens before their time, at once, and cut the streams opened by them. Tokens that a subject, client or
            issuer gets later are not hit. Needs proof of who does it: an access token for the administration audience, or
            with --dev a confirmation typed at the terminal.

            Examples:
              gatehouse revoke client leaked-app --issuer https://login.example.com --token-file admin.token
              gatehouse revoke issuer --issuer https://login.example.com --reason "key lost" --token-file admin.token
            """)
        { kind, value, config, state, issuer, reason, token };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(token),
            new ControlRequest { Verb = "revoke", Kind = parsed.GetValue(kind), Value = parsed.GetValue(value), Issuer = parsed.GetValue(issuer), Reason = parsed.GetValue(reason) },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? state, string? config, string? tokenFile, ControlRequest request, CancellationToken cancellation)
    {
        string? token = null;
        try
        {
            if (tokenFile is not null) token = (await File.ReadAllTextAsync(tokenFile, cancellation).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }

        var confirmed = token is null && TerminalConfirmation.Ask($"revoke {request.Kind} {request.Value ?? request.Issuer}");
        return await ControlCall.RunAsync(state, config, request with { AdminToken = token, Confirmed = confirmed }, ControlCall.ShowMessage, cancellation).ConfigureAwait(false);
    }
}
