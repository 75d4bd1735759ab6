using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse token</c>: a token of the development issuer, and the revocation of tokens.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var server = new Option<string?>("--server") { Description = "Server that the token is for. Default: the first server.", HelpName = "name" };
        var subject = new Option<string?>("--subject") { Description = "Subject of the token. Default: developer.", HelpName = "name" };
        var client = new Option<string?>("--client") { Description = "Client id. Default: gatehouse-cli.", HelpName = "id" };
        var scope = new Option<string[]>("--scope") { Description = "Scope of the token. Can be repeated. Default: the server's scopes.", HelpName = "scope" };
        var life = ClosedList.Number(
            "--seconds", "Lifetime of the token in seconds, 1 to 3600. Default: 3600.", (1, IssueDevelopmentToken.LongestSeconds));
        var command = new Command("token",
            """
            Print an access token of a gateway that runs with --dev, or revoke tokens.

            Examples:
              gatehouse token --server everything
              TOKEN=$(gatehouse token --subject alice)
              gatehouse token revoke client leaked-app --issuer https://login.example.com --token-file admin.token
            """)
        { config, state, server, subject, client, scope, life, RevokeTokensCommand.Create() };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config),
            new IssueDevelopmentToken(
                parsed.GetValue(server), parsed.GetValue(subject), parsed.GetValue(client),
                parsed.GetValue(scope) is { Length: > 0 } scopes ? scopes : null,
                parsed.GetValue(life) is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
            Show, cancellation));
        return command;
    }

    private static void Show(ControlReply reply)
    {
        Terminal.Data(reply.As<IssuedToken>().Token);
        if (reply.Message is { } warning) Terminal.NoteLine(ProposedCommands.Complete($"warning: {warning}"));
    }
}
