namespace Gatehouse.Gateway.Hosting;

/// <summary>The right of one process to use a state folder as a gateway. It ends when it is disposed, or with the process.</summary>
/// <remarks>
/// Threat: a second gateway that is started by mistake works on the store and the log of the first one before it notices. It ends grants that the
/// first one is about to end. So the lock is taken before anything of the folder is opened.
/// </remarks>
internal sealed class StateLock : IDisposable
{
    private const string Name = "gateway.lock";

    // What the system says of a file that another process has locked: EAGAIN of Linux and of macOS, and the sharing violation of Windows.
    private const int BusyOnLinux = 11;
    private const int BusyOnMacOS = 35;
    private const int BusyOnWindows = unchecked((int)0x80070020);

    private readonly FileStream file;

    private StateLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock. The folder is made where it is not there.</summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be used. The message names the remedy.</exception>
    public static StateLock Take(string folder)
    {
        var root = new StateDirectory(folder).Root;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new StateLock(new FileStream(Path.Combine(root, Name), options));
        }
        catch (IOException e) when (e.HResult is BusyOnLinux or BusyOnMacOS or BusyOnWindows)
        {
            throw new IOException($"another gateway is running with this state folder ({root}); stop it or give another state folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StateDirectory.Unusable(root, e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();
}
