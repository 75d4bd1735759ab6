using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The way back to a configuration that was in force before: its texts are validated by this build, written back and put in force.</summary>
internal sealed class ConfigurationRollback(GatewayServices services, ConfigurationReloader reloader)
{
    private readonly ConfigurationRecorder configurations = services.Configurations;

    /// <summary>Puts a configuration in force again.</summary>
    /// <param name="digest">A digest that the log names. Nothing else is believed about the texts under it.</param>
    /// <param name="force">True replaces files that were changed, and files under version control.</param>
    /// <param name="by">The administrator.</param>
    public async Task<ActionOutcome<ConfigurationRolledBack>> RunAsync(string digest, bool force, Administrator by) =>
        await services.SnapshotTurn.RunAsync(() => RunInTurnAsync(digest, force, by)).ConfigureAwait(false);

    private async Task<ActionOutcome<ConfigurationRolledBack>> RunInTurnAsync(string digest, bool force, Administrator by)
    {
        if (services.Options.ReadStored is not { } readStored || configurations.InForce is not { } inForce) return ActionRefusal.NotFromFile;
        var (target, refusal) = ReadTexts(digest);
        if (target is null) return refusal!;
        if (target.Main?.Path != inForce.Main?.Path) return ActionRefusal.OtherFile(target.Main?.Path ?? "");
        var stored = readStored(target);
        if (!stored.IsGood) return await RefusedAsync(stored, by).ConfigureAwait(false);
        try
        {
            var present = ConfigurationDisk.Read(target);
            var changed = ConfigurationDisk.ChangedSince(present, inForce, target);
            if (!force && changed.Count > 0) return ActionRefusal.ChangedSince(changed);
            var toWrite = ConfigurationDisk.Differing(present, target);
            if (!force && ConfigurationDisk.VersionControl(toWrite.Select(file => file.Path)) is { } folder)
                return ActionRefusal.UnderVersionControl(folder);
            var replaced = changed.Count > 0 ? Keep(present) : null;
            using var files = FileReplacement.Stage(toWrite);
            return await ApplyAsync(new Plan(target, inForce, stored, files, replaced) { Present = present }, by).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ActionRefusal.FilesNotWritten(e.Message);
        }
    }

    // A digest is asked for, and texts with another one are not used, whoever could write the state folder.
    private (ConfigurationTexts? Target, ActionRefusal? Refusal) ReadTexts(string digest)
    {
        try
        {
            return (configurations.Store.Read(digest), ActionRefusal.TextsNotKept);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (null, ActionRefusal.TextsExchanged(e.Message));
        }
    }

    // A text that was written and is not in force is kept before it is replaced.
    private string Keep(IReadOnlyList<SnapshotFile> present)
    {
        var texts = new ConfigurationTexts(present);
        configurations.Store.Keep(texts);
        return texts.Digest;
    }

    private async Task<ActionOutcome<ConfigurationRolledBack>> ApplyAsync(Plan plan, Administrator by)
    {
        var paths = plan.Files.Paths;
        var change = new ConfigurationChange(() => plan.Stored, Origin(by))
        {
            WriteFiles = () =>
            {
                ConfigurationDisk.RequireUnchanged(plan.Present, plan.Target);
                plan.Files.Commit(configurations.Store, plan.InForce, plan.Target);
            },
            Facts = plan.Replaced is { } kept ? [("target", plan.Target.Digest), ("replaced", kept)] : [("target", plan.Target.Digest)],
        };
        var faults = await reloader.ChangeAsync(change).ConfigureAwait(false);
        return faults.Count > 0
            ? ActionRefusal.FaultyStored(faults)
            : new ConfigurationRolledBack(plan.Stored.Texts!.Digest, services.Snapshots.Current.Generation, paths, plan.Replaced);
    }

    private async Task<ActionOutcome<ConfigurationRolledBack>> RefusedAsync(ConfigurationResult stored, Administrator by)
    {
        var generation = services.Snapshots.Current.Generation;
        await configurations.RecordRefusedAsync(stored.Texts, stored.Faults.Count, generation, Origin(by)).ConfigureAwait(false);
        return ActionRefusal.FaultyStored([.. stored.Faults.Select(fault => fault.ToString())]);
    }

    private static ConfigurationOrigin Origin(Administrator by) => new("rollback") { By = by };

    private sealed record Plan(
        ConfigurationTexts Target, ConfigurationTexts InForce, ConfigurationResult Stored, FileReplacement Files, string? Replaced)
    {
        /// <summary>The files on the disk when the rollback began.</summary>
        public required IReadOnlyList<SnapshotFile> Present { get; init; }
    }
}
