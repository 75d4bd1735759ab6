using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary><c>gatehouse config rollback</c>.</summary>
internal sealed class ConfigRollbackCommand
{
    private readonly Argument<string> digest = new("digest") { Description = $"Digest of a configuration that was in force, at least 8 digits, or '{StoredConfigurations.PreviousWord}' for the one before the one in force." };
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string?> state = CommonOptions.State();
    private readonly Option<string?> reason = new("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
    private readonly Option<bool> force =
        new("--force")
        {
            Description = "Replace files that were changed since, and files under version control. Changed files are kept; the erasure of a person "
                + "destroys kept files that name the person and, if the log knows the person, files that cannot be parsed.",
        };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show the differences and whether this build accepts the stored texts. Change nothing." };
    private readonly Option<string?> into = new("--into")
    {
        Description = "Write the files to this new folder instead, without a gateway.",
        HelpName = "folder",
    };
    private readonly Option<string?> token = new("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };

    private ConfigRollbackCommand()
    {
    }

    public static Command Create()
    {
        var one = new ConfigRollbackCommand();
        var command = new Command("rollback",
            """
            Put a configuration in force again that was in force before. The running gateway checks its texts against the digest in the
            audit log, validates them as it validates a new configuration, writes the files back and puts them in force. Flags and
            variables stay those of the process. The command needs an access token for the administration audience, or with --dev a
            confirmation typed at the terminal.

            --dry-run looks for the digest in the audit log, and says so where the log cannot be read. It does not ask the gateway: changed
            files, version control, write access and settings that need a restart are checked by the rollback.

            Where the gateway's account may not write the files, or they come from version control, use --into and put them in place there.
            The folder has every text of the digest, the values of flags and variables among them. Keys, certificates, lists of revocations
            and secrets are not part of a configuration: the command names those that it refers to.

            Exit codes: 0 done, or with --dry-run: this build accepts the stored texts. 1 the gateway refused, or with --dry-run: this build does
            not accept them. 2 wrong command line or configuration. 3 no gateway answers, there is no such configuration in the audit log or
            its texts are not kept, or a file cannot be read or written.

            Examples:
              gatehouse config rollback previous --dry-run --config gatehouse.yaml
              gatehouse config rollback 3f9a0c41d2b7 --reason "ticket 4711" --config gatehouse.yaml --token-file admin.token
              gatehouse config rollback 3f9a0c41d2b7 --into /tmp/restored --state /var/lib/gatehouse
            """)
        { one.digest, one.config, one.state, one.reason, one.force, one.dryRun, one.into, one.token };
        command.Check(result =>
        {
            if (result.GetValue(one.dryRun) && result.GetValue(one.into) is not null) result.AddError("--dry-run and --into exclude each other");
        });
        command.Refuse(one.dryRun, "nothing is changed, and the gateway is not asked", one.reason, one.force, one.token);
        command.Refuse(one.into, "the gateway is not asked, and no file that is there is replaced", one.reason, one.force, one.token);
        command.SetAction(one.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var wanted = parsed.GetValue(digest)!;
        if (wanted != StoredConfigurations.PreviousWord) return RunAsync(parsed, wanted, cancellation);
        // The word is resolved once, so that what a person saw with --dry-run and what the entry names is one digest.
        return StoredConfigurations.RunAsync(parsed.GetValue(state), parsed.GetValue(config), async stored =>
        {
            var log = StoredConfigurations.LogOf(parsed.GetValue(config));
            var (target, code) = await stored.FindAsync(wanted, log, cancellation).ConfigureAwait(false);
            if (target is null) return code;
            Terminal.NoteLine($"{wanted} is {target.Digest[..12]}");
            return await RunAsync(parsed, target.Digest, cancellation).ConfigureAwait(false);
        });
    }

    private Task<int> RunAsync(ParseResult parsed, string wanted, CancellationToken cancellation)
    {
        var (folder, file) = (parsed.GetValue(state), parsed.GetValue(config));
        if (!ConfigurationActs.IsBeginning(wanted)) return Task.FromResult(Refuse(ActionRefusal.NoConfigurationNamed, ExitCodes.Usage));
        if (parsed.GetValue(dryRun)) return StoredConfigurations.RunAsync(folder, file, stored => TryAsync(stored, wanted, file, cancellation));
        if (parsed.GetValue(into) is { } target)
            return StoredConfigurations.RunAsync(folder, file, stored => ExportAsync(stored, wanted, target, folder, file, cancellation));
        if (parsed.GetValue(reason) is not { Length: > 0 } words)
        {
            Terminal.Fault("no reason is given");
            Terminal.Hint("give the reason with --reason: the audit log keeps who changed the configuration, and why");
            return Task.FromResult(ExitCodes.Usage);
        }

        return ControlCall.RunAsPersonAsync(folder, file, parsed.GetValue(token), $"put the configuration {wanted} in force again",
            new RollBackConfiguration(wanted, words, parsed.GetValue(force)), cancellation);
    }

    private static async Task<int> TryAsync(StoredConfigurations stored, string wanted, string? config, CancellationToken cancellation)
    {
        var (target, code) = await stored.FindAsync(wanted, StoredConfigurations.LogOf(config), cancellation).ConfigureAwait(false);
        if (target is null) return code;
        var present = StoredConfigurations.FilesOnDisk(config, target);
        var changes = ConfigurationDifference.Of(present, [.. target.Files.Where(file => file.Part != SnapshotPart.Outside)]);
        if (changes.Count == 0) Terminal.Note("nothing differs");
        else Terminal.Lines(ConfigurationDifference.Lines(changes, StoredConfigurations.FilesWord, target.Digest[..12]));
        var result = StoredConfigurations.Load(target);
        if (!result.IsGood) CommonOptions.PrintFaults(result);
        else Terminal.Note("this build accepts the stored texts; nothing was changed");
        return result.IsGood ? ExitCodes.Done : ExitCodes.No;
    }

    // The log says which configurations were in force, and not the folder of the texts.
    private static async Task<int> ExportAsync(
        StoredConfigurations stored, string wanted, string folder, string? state, string? config, CancellationToken cancellation)
    {
        var named = state is null ? null : Path.Combine(state, "audit");
        var settings = named is not null && Directory.Exists(named) ? null : CommonOptions.LoadAsServed(config)?.Settings;
        if (AuditFolder.Of(settings, null, settings is null ? state : null) is not { } log) return ExitCodes.Unavailable;
        return await AuditFolder.AnswerAsync(async () =>
        {
            var applied = new ConfigurationLog(new LogScan(new LogSource(log)));
            var found = await applied.FindAsync(wanted, withReplaced: true, cancellation).ConfigureAwait(false);
            if (found.Count > 1) return Refuse(ActionRefusal.AmbiguousConfiguration, ExitCodes.Usage);
            if (found.Count == 0) return Refuse(ActionRefusal.UnknownConfiguration, ExitCodes.Unavailable);
            return stored.Store.Read(found.Single()) is { } texts ? Write(texts, folder) : Refuse(ActionRefusal.TextsNotKept, ExitCodes.Unavailable);
        }).ConfigureAwait(false);
    }

    private static int Write(ConfigurationTexts texts, string folder)
    {
        if (Path.Exists(folder))
        {
            Terminal.Fault($"{folder} exists");
            Terminal.Hint("name a folder that does not exist");
            return ExitCodes.Usage;
        }

        foreach (var (path, name) in ExportedConfiguration.Write(texts, folder))
            Terminal.Row($"{Path.Join(folder, name)}  {(path.Length > 0 ? path : "(values of flags and variables; no file of the configuration)")}");
        Terminal.NoteLine(ProposedCommands.Complete(
            $"the files of configuration {texts.Digest} are in {folder}; put them in place, then run: gatehouse reload; "
            + "if a value cannot change while the gateway runs, restart it"));
        if (texts.Files.Any(file => file.Part == SnapshotPart.Outside))
            Terminal.NoteLine($"the process that ran with it had the flags and variables of {ExportedConfiguration.OutsideName}; a reload keeps those of the process that runs");
        NoteReferred(StoredConfigurations.Load(texts));
        return ExitCodes.Done;
    }

    // An auditor who gets the folder sees what the digest does not cover.
    private static void NoteReferred(ConfigurationResult stored)
    {
        if (stored.Settings is not { } settings)
        {
            Terminal.NoteLine("files to which the configuration refers (keys, certificates, lists of revocations, secrets) are not included");
            return;
        }

        var referred = ReferredFiles.Of(settings).ToList();
        Terminal.NoteLine(referred.Count == 0 ? "the configuration names no key, certificate, list or secret"
            : "not included, because the configuration only refers to it, and its digest does not cover it:");
        foreach (var (key, place) in referred) Terminal.NoteLine($"  {key}  {place}");
    }

    // No gateway refused: the command line is wrong, or what it names is not there.
    private static int Refuse(ActionRefusal refusal, int code)
    {
        Terminal.Fault(refusal.Message);
        Terminal.Hint($"remedy: {refusal.Remedy}");
        return code;
    }
}
