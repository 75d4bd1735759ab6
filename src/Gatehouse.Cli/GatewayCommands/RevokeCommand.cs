using System.CommandLine;
using Gatehouse.Administration.Actions;
using Gatehouse.Cli.LockCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Identity.Revocations;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse revoke</c>.</summary>
internal static class RevokeCommand
{
    private static readonly string[] Kinds = ["token", "jti", "session", "subject", "client", "issuer", "definition"];

    public static Command Create()
    {
        var kind = new Argument<string>("kind")
            { Description = "By what tokens are found: token (its SHA-256), jti, session (sid), subject, client or issuer. Or definition: takes the "
                + "approval of a server's definition back." };
        kind.AcceptOnlyFromAmong(Kinds);
        var value = new Argument<string?>("value")
            { Description = "What is revoked; none for an issuer; server, server/tool or server/tool/name for a definition.",
                Arity = ArgumentArity.ZeroOrOne };
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var issuer = new Option<string?>("--issuer") { Description = "Issuer of the tokens; for every kind but token.", HelpName = "url" };
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the store.", HelpName = "text" };
        var file = new Option<string?>("--lock")
            { Description = "For a definition: in this lock file instead of on the running gateway.", HelpName = "file" };
        var token = new Option<string?>("--token-file")
            { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("revoke",
            """
            Refuse tokens before their time, at once, and cut the streams opened by them. Tokens that a subject, client or
            issuer gets later are not hit. Needs proof of who does it: an access token for the administration audience, or
            with --dev a confirmation typed at the terminal.

            Examples:
              gatehouse revoke client leaked-app --issuer https://login.example.com --token-file admin.token
              gatehouse revoke issuer --issuer https://login.example.com --reason "key lost" --token-file admin.token
              gatehouse revoke definition files/tool/read_file --reason "ticket 813" --token-file admin.token
              gatehouse revoke definition files --lock gatehouse.lock
            """)
        { kind, value, config, state, issuer, reason, file, token };
        command.SetAction((parsed, cancellation) => parsed.GetValue(kind) == "definition"
            ? RevokeDefinitionAsync(parsed.GetValue(value) ?? "", parsed.GetValue(file), parsed.GetValue(state), parsed.GetValue(config),
            parsed.GetValue(token), parsed.GetValue(reason), cancellation)
            : RevokeTokensAsync(parsed.GetValue(kind)!, parsed.GetValue(value), parsed.GetValue(issuer), parsed.GetValue(state),
            parsed.GetValue(config), parsed.GetValue(token), parsed.GetValue(reason), cancellation));
        return command;
    }

    private static Task<int> RevokeTokensAsync(
        string kind, string? value, string? issuer, string? state, string? config, string? token, string? reason, CancellationToken cancellation)
    {
        // The command takes only words that are kinds.
        _ = RevocationWords.TryParse(kind, out var by);
        var act = new RevokeTokens(by, issuer ?? "", value ?? "", reason ?? "");
        return ControlCall.RunAsPersonAsync(state, config, token, $"revoke {kind} {value ?? issuer}", act, cancellation);
    }

    private static async Task<int> RevokeDefinitionAsync(
        string value, string? file, string? state, string? config, string? token, string? reason, CancellationToken cancellation)
    {
        if (LockWork.References([value]) is not [var what]) return ExitCodes.Usage;
        if (file is not null) return InFile(what, new LockStore(file));
        if (what.Kind is not { } kind || DefinitionKinds.IsNamed(kind) != what.Name is not null)
        {
            Terminal.Fault("on a gateway name one definition: server/tool/name, or server/instructions");
            return ExitCodes.Usage;
        }

        var act = new RevokeDefinitionApproval(what.Server, kind, what.Name ?? "", reason ?? "");
        return await ControlCall.RunAsPersonAsync(state, config, token, $"revoke the approval of {what}", act, cancellation).ConfigureAwait(false);
    }

    // To take an approval back needs no confirmation: it only withholds.
    private static int InFile(DefinitionRef what, LockStore store)
    {
        if (store.Read() is not { } locked) return ExitCodes.Usage;
        var result = LockEdit.Revoke(locked, what, out var count);
        if (count > 0) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        Terminal.Fault("the lock has no such approval");
        return ExitCodes.No;
    }
}
