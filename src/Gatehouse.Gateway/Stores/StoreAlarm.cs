using System.Globalization;
using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Stores;

/// <summary>
/// The alarm that the store of a state folder is not the one that the gateway left. It is kept in a file until an operator acknowledges it. The
/// threat: removing the store, or putting an older copy back, lifts containments and revocations without an act (IR-01), and a report at one start
/// only is easily missed. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The first process that makes a new store beside a log raises the alarm: 'gatehouse secret set' before the start, or a start that fails later,
/// would otherwise leave a store that the next start does not take for a new one.
/// </remarks>
internal class StoreAlarm
{
    private const string Reported = "reported";
    private const int MostBytes = 256;

    private readonly Lock gate = new(); // over the file
    private readonly string path;
    private volatile StoreAlarmState? state;

    private StoreAlarm(string path, StoreAlarmState? state) => (this.path, this.state) = (path, state);

    /// <summary>Takes the place of another alarm.</summary>
    protected StoreAlarm(StoreAlarm other) => (path, state) = (other.path, other.state);

    /// <summary>The alarm that is not acknowledged yet; null for none. Every report asks this.</summary>
    public virtual StoreAlarmState? Current => state;

    /// <summary>
    /// Returns the alarm of a folder whose store is about to be opened. A missing or empty file beside a log raises one: a start that fails behind
    /// the making of the store would otherwise hide the loss.
    /// </summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static StoreAlarm Before(string folder, TimeProvider time) =>
        Of(folder, new FileInfo(StateFiles.Store(folder)) is not { Exists: true, Length: > 0 }, time);

    /// <summary>Returns the alarm of a folder whose store was opened. A new store beside a log raises one.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="isNew">True where the store is in a file of the folder that was not there, or had no table.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static StoreAlarm Of(string folder, bool isNew, TimeProvider time)
    {
        var path = StateFiles.StoreAlarm(folder);
        // An empty file, or a copy without its write-ahead log, has no table.
        if (!isNew || !StateFiles.HasLog(folder)) return new StoreAlarm(path, Read(path));
        var alarm = new StoreAlarm(path, Read(path));
        if (alarm.Current is not { Kind: StoreAlarmKind.Lost, IsReported: false }) alarm.Raise(StoreAlarmKind.Lost, time);
        return alarm;
    }

    /// <summary>Raises the alarm. It replaces an earlier one.</summary>
    /// <exception cref="IOException">The file cannot be written. The alarm is raised in this process only.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Raise(StoreAlarmKind kind, TimeProvider time)
    {
        lock (gate)
        {
            state = new StoreAlarmState(kind, time.GetUtcNow(), false);
            Write(state);
        }
    }

    /// <summary>Keeps that a gateway has reported the alarm in its logs.</summary>
    /// <exception cref="IOException">The file cannot be written; the next start reports the alarm again.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void NoteReported()
    {
        lock (gate)
        {
            if (state is not { } raised) return;
            state = raised with { IsReported = true };
            Write(state);
        }
    }

    /// <summary>Ends the alarm.</summary>
    /// <returns>The alarm that ended; null where none was raised.</returns>
    /// <exception cref="IOException">The file cannot be deleted; the alarm stays.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public StoreAlarmState? Acknowledge()
    {
        lock (gate)
        {
            var ended = state;
            if (ended is null) return null;
            File.Delete(path);
            state = null;
            return ended;
        }
    }

    // A file that is no longer readable text is an alarm nevertheless, and is reported again.
    private static StoreAlarmState? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var words = RegularFile.ReadText(path, MostBytes).Trim().Split(' ');
            if (words is [var at, var word, .. var rest] && StoreAlarmKinds.TryParse(word, out var kind)
                && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since))
                return new StoreAlarmState(kind, since, rest is [Reported]);
        }
        catch (FileTooLargeException)
        {
            // Reported with the time of the file.
        }

        return new StoreAlarmState(StoreAlarmKind.Lost, new DateTimeOffset(File.GetLastWriteTimeUtc(path)), false);
    }

    private void Write(StoreAlarmState raised)
    {
        using var folder = new LogFolder(Path.GetDirectoryName(path)!);
        var text = $"{raised.Since.ToString("O", CultureInfo.InvariantCulture)} {raised.Kind.Word()}{(raised.IsReported ? " " + Reported : "")}\n";
        folder.Put(Path.GetFileName(path), Encoding.ASCII.GetBytes(text), isDurable: true);
    }
}

/// <summary>An alarm about the store that is not acknowledged.</summary>
/// <param name="Kind">What is the matter with the store.</param>
/// <param name="Since">The time at which it was found.</param>
/// <param name="IsReported">True once a gateway has reported it in its logs.</param>
internal sealed record StoreAlarmState(StoreAlarmKind Kind, DateTimeOffset Since, bool IsReported);
