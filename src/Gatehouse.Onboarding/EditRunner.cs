using System.Security.Cryptography;

namespace Gatehouse.Onboarding;

/// <summary>
/// The execution of a plan: the ledger first, then file after file, each replaced in one step by a copy next to it. A failure in the middle restores
/// the written files.
/// </summary>
public sealed class EditRunner
{
    private readonly IFileSystem acts;
    private readonly List<(EditedFile File, string Backup)> written = [];

    private EditRunner(IFileSystem acts) => this.acts = acts;

    /// <summary>Carries it out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ledger">The ledger that it was made with.</param>
    /// <param name="time">The clock.</param>
    public static EditOutcome Run(EditPlan plan, WrapLedger ledger, TimeProvider time) => Run(plan, ledger, time, new FileSystem());

    internal static EditOutcome Run(EditPlan plan, WrapLedger ledger, TimeProvider time, IFileSystem acts)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            Prepare(ledger.Folder);
            using var turn = new FileStream(ledger.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (!ledger.IsCurrent(acts)) return Failed("another init or undo ran at the same time; nothing was changed; run the command again");
            return new EditRunner(acts).Run(plan, ledger, time.GetUtcNow());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Failed($"{ledger.Folder} cannot be used: {fault.Message}");
        }
    }

    private EditOutcome Run(EditPlan plan, WrapLedger ledger, DateTimeOffset now)
    {
        foreach (var file in plan.Files)
        {
            if (file.Before.Judge.Changed(file.Before, acts) is { } reason) return Failed($"{file.Path}: {reason}; nothing was changed");
        }

        // The intention is stored first: whatever happens from here on, undo knows of it.
        var kept = ledger.Records.Except(plan.Dropped).Select(record => plan.Settled.Contains(record) ? record with { IsDone = true } : record)
            .ToList();
        var added = plan.Files.SelectMany(file => file.Added).ToList();
        var meant = ledger.With([.. kept.Where(record => !added.Any(other => record.IsOf(other.File, other.Container, other.Server))), .. added],
            acts);
        foreach (var file in plan.Files)
        {
            if (Write(file, now) is { } fault) return RollBack(fault, meant, kept);
        }

        var removed = plan.Files.SelectMany(file => file.Removed).ToList();
        var done = meant.Records.Except(removed).Select(record => added.Contains(record) ? record with { IsDone = true } : record).ToList();
        try
        {
            meant.With(done, acts);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return RollBack($"{ledger.Path} cannot be written: {fault.Message}", meant, kept);
        }

        var earlier = removed.Where(record => written.Any(one => one.File.Path == record.File && !one.File.IsOriginal)
            && !done.Any(other => other.Backup == record.Backup)).Select(record => record.Backup);
        return new EditOutcome
        {
            Changed = [.. written.Select(one => (one.File.Path, Tidied(one.File, one.Backup, removed, done)))],
            EarlierBackups = [.. earlier.Distinct(StringComparer.Ordinal).Where(File.Exists)],
        };
    }

    private string? Write(EditedFile file, DateTimeOffset now)
    {
        var backup = file.Added is [var first, ..] ? first.Backup : BackupName.Of(file.Path, new FixedTime(now));
        var temporary = Path.Join(Path.GetDirectoryName(file.Path),
            $".{Path.GetFileName(file.Path)}.gatehouse-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new");
        try
        {
            acts.Create(backup, file.Before.Bytes, like: null);
            acts.Create(temporary, file.After, like: file.Path);
            if (file.Before.Judge.Changed(file.Before, acts) is { } reason)
            {
                Discard(temporary, backup);
                return $"{file.Path}: {reason}";
            }

            acts.Replace(temporary, file.Path);
            written.Add((file, backup));
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            // A fault behind the rename: the file is the new one, and is put back like the others.
            if (Holds(file.Path, file.After)) written.Add((file, backup));
            else Discard(backup);
            return $"{file.Path} cannot be written: {fault.Message}";
        }
    }

    private EditOutcome RollBack(string fault, WrapLedger meant, List<WrapRecord> kept)
    {
        var back = new List<string>();
        var stuck = new List<string>();
        foreach (var (file, backup) in Enumerable.Reverse(written)) (PutBack(file, backup) ? back : stuck).Add(file.Path);
        try
        {
            // What is still changed stays in the ledger.
            meant.With([.. kept,
                .. meant.Records.Except(kept).Where(record => stuck.Contains(record.File)).Select(record => record with { IsDone = true })], acts);
        }
        catch (Exception other) when (other is IOException or UnauthorizedAccessException)
        {
            fault += $"; {meant.Path} cannot be written either";
        }

        return new EditOutcome { Changed = [], Fault = fault, PutBack = back, NotPutBack = stuck };
    }

    private bool PutBack(EditedFile file, string backup)
    {
        var temporary = Path.Join(Path.GetDirectoryName(file.Path),
            $".{Path.GetFileName(file.Path)}.gatehouse-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new");
        try
        {
            // A later edit of another program is not overwritten.
            if (!Holds(file.Path, file.After)) return false;
            acts.Create(temporary, file.Before.Bytes, like: file.Path);
            acts.Replace(temporary, file.Path);
            Discard(backup);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            return false;
        }
    }

    // A file that has its original content needs no backup: neither the present nor the earlier one.
    private string? Tidied(EditedFile file, string backup, List<WrapRecord> removed, List<WrapRecord> done)
    {
        if (!file.IsOriginal) return backup;
        Discard(backup);
        foreach (var old in removed.Where(record => record.File == file.Path && !done.Any(other => other.Backup == record.Backup))
            .Select(record => record.Backup).Distinct(StringComparer.Ordinal))
        {
            if (old.StartsWith(file.Path + ".gatehouse-", StringComparison.Ordinal) && new FileInfo(old).LinkTarget is null && Holds(old, file.After))
                Discard(old);
        }

        return null;
    }

    private bool Holds(string path, byte[] bytes)
    {
        try
        {
            return acts.Read(path) is { } now && now.AsSpan().SequenceEqual(bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Discard(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                acts.Delete(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It stays next to the file, readable only by this account.
            }
        }
    }

    private static void Prepare(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } above && !Directory.Exists(above)) Prepare(above);
        Directory.CreateDirectory(folder, own);
        if ((File.GetUnixFileMode(folder) & ~own) != 0) throw new IOException($"it is open to others; run: chmod 700 {folder}");
    }

    private static EditOutcome Failed(string fault) => new() { Changed = [], Fault = fault };

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
