namespace Gatehouse.Ipc;

/// <summary>The one place of each file on a person's machine, only from the environment; nothing of the working folder counts.</summary>
/// <param name="State">Folder of log, store, keys and approvals; 0700.</param>
/// <param name="Runtime">Folder of the sockets; 0700.</param>
/// <param name="Configuration">The personal configuration file; it need not exist.</param>
public sealed record RuntimePaths(string State, string Runtime, string Configuration)
{
    // sun_path of Linux holds 108 bytes with the final zero; of macOS 104.
    private const int MaxSocketPath = 103;

    /// <summary>The socket of wrappers.</summary>
    public string Socket => Path.Join(Runtime, "host.sock");

    /// <summary>The socket of administration.</summary>
    public string ControlSocket => Path.Join(Runtime, "control.sock");

    /// <summary>The lock of the wrapper that starts the host, so that of several wrappers one does.</summary>
    public string StartLock => Path.Join(State, "host.lock");

    /// <summary>The lock that the host holds as long as it runs.</summary>
    public string RunLock => Path.Join(State, "host.run");

    /// <summary>The host's messages for its person.</summary>
    public string Log => Path.Join(State, "host.log");

    /// <summary>Name of the pipe on Windows, one for each account.</summary>
    public static string PipeName => "gatehouse-host-" + Environment.UserName;

    /// <summary>Returns the places of this account.</summary>
    /// <param name="environment">Reads a variable.</param>
    /// <exception cref="IOException">The account has no home, or a path is too long for a socket; the message names the remedy.</exception>
    public static RuntimePaths Of(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var state = Path.Join(Base(environment, "XDG_STATE_HOME", Path.Join(".local", "state")), "gatehouse", "personal");
        var configuration = Path.Join(Base(environment, "XDG_CONFIG_HOME", ".config"), "gatehouse", "personal.yaml");
        var places = new RuntimePaths(state, RuntimeFolder(environment, state), configuration);
        if (!OperatingSystem.IsWindows() && System.Text.Encoding.UTF8.GetByteCount(places.ControlSocket) > MaxSocketPath)
            throw new IOException($"the path {places.ControlSocket} is too long for a socket; set XDG_RUNTIME_DIR to a folder with a shorter path");
        return places;
    }

    /// <summary>Makes a folder only for this account, or checks the existing one.</summary>
    /// <exception cref="IOException">Others may enter it; the message names the remedy.</exception>
    public static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Create(folder, own);
        if ((File.GetUnixFileMode(folder) & ~own) != 0) throw new IOException($"the folder {folder} is open to others; run: chmod 700 {folder}");
    }

    // CreateDirectory sets the mode of the last folder only, and the folders above hold the state of the gateway as well.
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Create(string folder, UnixFileMode mode)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } above) Create(above, mode);
        Directory.CreateDirectory(folder, mode);
    }

    // Clients give their servers different environments, and there must be one host: where the session's folder exists, it counts
    // even when the variable was not passed on.
    private static string RuntimeFolder(Func<string, string?> environment, string state)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) return state;
        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } named && Path.IsPathFullyQualified(named)) return Path.Join(named, "gatehouse");
        var usual = "/run/user/" + PeerAccount.OwnUserId().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Directory.Exists(usual) ? Path.Join(usual, "gatehouse") : state;
    }

    private static string Base(Func<string, string?> environment, string variable, string inHome)
    {
        if (OperatingSystem.IsWindows()) return Need(environment("LOCALAPPDATA"), "LOCALAPPDATA");
        if (OperatingSystem.IsMacOS()) return Path.Join(Need(environment("HOME"), "HOME"), "Library", "Application Support");
        // The specification says that a path that is not absolute is to be ignored.
        return environment(variable) is { Length: > 0 } named && Path.IsPathFullyQualified(named) ? named
            : Path.Join(Need(environment("HOME"), "HOME"), inHome);
    }

    private static string Need(string? folder, string variable) =>
        folder is { Length: > 0 } && Path.IsPathFullyQualified(folder) ? folder
            : throw new IOException($"this account has no place for state: {variable} is not set to an absolute path");
}
