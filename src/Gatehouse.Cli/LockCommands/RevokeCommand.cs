using System.CommandLine;
using Gatehouse.Administration.Actions;
using Gatehouse.Cli.Output;
using Gatehouse.Identity.Revocations;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary>
/// <c>gatehouse token revoke</c> and <c>gatehouse lock revoke</c>. Both are also available in one under their former name <c>revoke</c> until version
/// 0.2.
/// </summary>
internal static class RevokeCommand
{
    private static readonly string[] Kinds = ["token", "jti", "session", "subject", "client", "issuer"];

    /// <summary>Makes <c>gatehouse token revoke</c>.</summary>
    public static Command OfTokens()
    {
        var kind = new Argument<string>("kind") { Description = "Kind of the value: token (its SHA-256), jti, session (sid), subject, client or issuer." };
        kind.AcceptOnlyFromAmong(Kinds);
        var value = Value("Value to revoke. Omit it for an issuer.");
        var (config, state, reason, token) = (CommonOptions.Config(), CommonOptions.State(), Reason(), TokenFile());
        var issuer = Issuer();
        var command = new Command("revoke",
            """
            Refuse tokens immediately, before they expire, and end the streams that they opened. Tokens that a subject, client or
            issuer gets later are not refused. The command needs an access token for the administration audience, or with --dev a
            confirmation typed at the terminal.

            Examples:
              gatehouse token revoke client leaked-app --issuer https://login.example.com --token-file admin.token
              gatehouse token revoke issuer --issuer https://login.example.com --reason "key lost" --token-file admin.token
            """)
        { kind, value, config, state, issuer, reason, token };
        command.SetAction((parsed, cancellation) => RevokeTokensAsync(
            parsed.GetValue(kind)!, parsed.GetValue(value), parsed.GetValue(issuer), parsed.GetValue(state), parsed.GetValue(config),
            parsed.GetValue(token), parsed.GetValue(reason), cancellation));
        return command;
    }

    /// <summary>Makes <c>gatehouse lock revoke</c>.</summary>
    public static Command OfDefinitions()
    {
        var value = new Argument<string>("definition") { Description = "server, server/tool or server/tool/name." };
        var (config, state, reason, token) = (CommonOptions.Config(), CommonOptions.State(), Reason(), TokenFile());
        var file = LockFile();
        var command = new Command("revoke",
            """
            Revoke the approval of a definition. The gateway withholds the definition from then on. On the running gateway this needs an
            access token for the administration audience, or with --dev a confirmation typed at the terminal.

            Examples:
              gatehouse lock revoke files/tool/read_file --reason "ticket 813" --token-file admin.token
              gatehouse lock revoke files --lock gatehouse.lock
            """)
        { value, config, state, reason, file, token };
        command.SetAction((parsed, cancellation) => RevokeDefinitionAsync(
            parsed.GetValue(value)!, parsed.GetValue(file), parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(token),
            parsed.GetValue(reason), cancellation));
        return command;
    }

    /// <summary>Makes the two in one.</summary>
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "Kind of the value, or definition." };
        kind.AcceptOnlyFromAmong([.. Kinds, "definition"]);
        var value = Value("Value to revoke. Omit it for an issuer. For a definition: server, server/tool or server/tool/name.");
        var (config, state, reason, token) = (CommonOptions.Config(), CommonOptions.State(), Reason(), TokenFile());
        var (issuer, file) = (Issuer(), LockFile());
        var command = new Command("revoke", "Refuse tokens before they expire, or revoke the approval of a definition.")
            { kind, value, config, state, issuer, reason, file, token };
        command.SetAction((parsed, cancellation) => parsed.GetValue(kind) == "definition"
            ? RevokeDefinitionAsync(
                parsed.GetValue(value) ?? "", parsed.GetValue(file), parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(token),
                parsed.GetValue(reason), cancellation)
            : RevokeTokensAsync(
                parsed.GetValue(kind)!, parsed.GetValue(value), parsed.GetValue(issuer), parsed.GetValue(state), parsed.GetValue(config),
                parsed.GetValue(token), parsed.GetValue(reason), cancellation));
        return command;
    }

    private static Argument<string?> Value(string description) => new("value") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static Option<string?> Issuer() => new("--issuer") { Description = "Issuer of the tokens, for every kind except token.", HelpName = "url" };

    private static Option<string?> Reason() => new("--reason") { Description = "Reason, kept in the store.", HelpName = "text" };

    private static Option<string?> LockFile() =>
        new("--lock") { Description = "For a definition: use this lock file instead of the running gateway.", HelpName = "file" };

    private static Option<string?> TokenFile() =>
        new("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };

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
            Terminal.Fault("give one definition for a gateway: server/tool/name, or server/instructions");
            return ExitCodes.Usage;
        }

        var act = new RevokeDefinitionApproval(what.Server, kind, what.Name ?? "", reason ?? "");
        return await ControlCall.RunAsPersonAsync(state, config, token, $"revoke the approval of {what}", act, cancellation).ConfigureAwait(false);
    }

    // The revocation of an approval needs no confirmation: it only withholds.
    private static int InFile(DefinitionRef what, LockStore store)
    {
        if (store.Read() is not { } locked) return ExitCodes.Usage;
        var result = LockEdit.Revoke(locked, what, out var count);
        if (count > 0) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        Terminal.Fault("the lock has no such approval");
        return ExitCodes.No;
    }
}
