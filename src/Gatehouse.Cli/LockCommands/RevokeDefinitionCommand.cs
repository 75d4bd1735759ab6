using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock revoke</c>.</summary>
internal static class RevokeDefinitionCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var value = new Argument<string>("definition") { Description = "server, server/tool or server/tool/name." };
        var (person, file) = (new RevocationOptions(), LockFile());
        var command = new Command("revoke",
            """
            Revoke the approval of a definition. The gateway withholds the definition from then on. On the running gateway this needs an
            access token for the administration audience, or with --dev a confirmation typed at the terminal.

            Examples:
              gatehouse lock revoke files/tool/read_file --reason "ticket 813" --token-file admin.token
              gatehouse lock revoke files --lock gatehouse.lock
            """)
        { value, person.Config, person.State, person.Reason, file, person.Token };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(value)!, parsed.GetValue(file), person, parsed, cancellation));
        return command;
    }

    /// <summary>Makes the option that names a lock file.</summary>
    public static Option<string?> LockFile() =>
        new("--lock") { Description = "For a definition: use this lock file instead of the running gateway.", HelpName = "file" };

    /// <summary>Revokes the approval and returns the exit code.</summary>
    public static async Task<int> RunAsync(string value, string? file, RevocationOptions person, ParseResult parsed, CancellationToken cancellation)
    {
        if (LockWork.References([value]) is not [var what]) return ExitCodes.Usage;
        if (file is not null) return InFile(what, new LockStore(file));
        if (what.Kind is not { } kind || DefinitionKinds.IsNamed(kind) != what.Name is not null)
        {
            Terminal.Fault("give one definition for a gateway: server/tool/name, or server/instructions");
            return ExitCodes.Usage;
        }

        return await person.RunAsync($"revoke the approval of {what}",
            reason => new RevokeDefinitionApproval(what.Server, kind, what.Name ?? "", reason), parsed, cancellation).ConfigureAwait(false);
    }

    // The revocation of an approval needs no confirmation: it only withholds.
    private static int InFile(DefinitionRef what, LockStore store)
    {
        if (store.Read() is not { } locked) return ExitCodes.Usage;
        var result = LockEdit.Revoke(locked, what, out var count);
        if (count > 0) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        var approved = locked.Servers.SelectMany(server => server.Definitions.Where(static one => one.Approval is not null)
            .Select(one => (server.Name, one.Definition.Kind, one.Definition.Name)));
        Terminal.Fault($"the lock has no approval of {what}{NearestDefinition.Words(what, approved)}; nothing was revoked");
        return ExitCodes.No;
    }
}
