using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Identity.Revocations;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse token revoke</c>.</summary>
internal static class RevokeTokensCommand
{
    /// <summary>Kinds of the value, as the command line names them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["token", "jti", "session", "subject", "client", "issuer"];

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "Kind of the value: token (its SHA-256), jti, session (sid), subject, client or issuer." };
        kind.AcceptOnly([.. Kinds]);
        var value = new Argument<string?>("value") { Description = "Value to revoke. Omit it for an issuer.", Arity = ArgumentArity.ZeroOrOne };
        var (person, issuer) = (new RevocationOptions(), Issuer());
        var command = new Command("revoke",
            """
            Refuse tokens immediately, before they expire, and end the streams that they opened. Tokens that a subject, client or
            issuer gets later are not refused. The command needs an access token for the administration audience, or with --dev a
            confirmation typed at the terminal.

            Examples:
              gatehouse token revoke client leaked-app --issuer https://login.example.com --token-file admin.token
              gatehouse token revoke issuer --issuer https://login.example.com --reason "key lost" --token-file admin.token
            """)
        { kind, value, person.Config, person.State, issuer, person.Reason, person.Token };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(kind)!, parsed.GetValue(value), parsed.GetValue(issuer), person, parsed, cancellation));
        return command;
    }

    /// <summary>Makes the option that names the issuer of the tokens.</summary>
    public static Option<string?> Issuer() => new("--issuer") { Description = "Issuer of the tokens, for every kind except token.", HelpName = "url" };

    /// <summary>Revokes the tokens and returns the exit code.</summary>
    public static Task<int> RunAsync(
        string kind, string? value, string? issuer, RevocationOptions person, ParseResult parsed, CancellationToken cancellation)
    {
        // The command takes only words that are kinds.
        _ = RevocationWords.TryParse(kind, out var by);
        return person.RunAsync($"revoke {kind} {value ?? issuer}", reason => new RevokeTokens(by, issuer ?? "", value ?? "", reason), parsed, cancellation);
    }
}
