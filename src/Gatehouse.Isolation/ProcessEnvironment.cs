using SystemEnvironment = System.Environment;

namespace Gatehouse.Isolation;

/// <summary>
/// The environment of a local process. The environment of Gatehouse holds secrets of its own (references such as <c>env:</c> point there), so a local
/// process gets a short list and the variables that configuration names, and nothing else.
/// </summary>
public static class ProcessEnvironment
{
    /// <summary>
    /// Names taken over from this process on POSIX systems, where they are set:
    /// PATH (interpreters and tools are found), HOME (programs keep their settings and caches there), USER (some refuse to run
    /// without), LANG (encoding of text), TZ (local time), TMPDIR (where the system has a temporary folder per user).
    /// </summary>
    public static IReadOnlyList<string> PosixNames { get; } = ["PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR"];

    /// <summary>
    /// Names taken over from this process on Windows, where they are set: the counterparts of <see cref="PosixNames"/>, and
    /// SYSTEMROOT, SYSTEMDRIVE, COMSPEC and PATHEXT, without which programs cannot load the system's own libraries.
    /// </summary>
    public static IReadOnlyList<string> WindowsNames { get; } =
    [
        "PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "USERPROFILE", "USERNAME", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP",
    ];

    // Programs are found, run or configured by them.
    private static readonly string[] Deciding =
    [
        "PATH", "PATHEXT", "HOME", "TMPDIR", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP",
        "SHELL", "ENV", "BASH_ENV", "ZDOTDIR", "CLASSPATH", "GCONV_PATH", "PSMODULEPATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    ];

    private static readonly string[] DecidingPrefixes =
    [
        "LD_", "DYLD_", "PYTHON", "PERL", "PHP", "RUBY", "GEM_", "BUNDLE_", "NODE_", "NPM_CONFIG_", "YARN_", "PNPM_", "COREPACK_", "BUN_", "DENO_",
        "TS_NODE_", "TSX_", "PIP_", "UV_", "JAVA_", "_JAVA", "JDK_", "DOCKER_", "CONTAINER_", "GIT_", "DOTNET_", "CORECLR_", "COMPLUS_", "LUA_", "OPENSSL_",
    ];

    // Of the prefixes, those that hold a secret, and those that only change a format.
    private static readonly string[] Credentials = ["TOKEN", "AUTH", "PASSWORD", "SECRET"];

    private static readonly string[] Harmless = ["PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "NODE_ENV"];

    /// <summary>
    /// Returns whether the value of a variable decides what code a program runs. The others hold data of the server, often a secret.
    /// </summary>
    /// <param name="name">Name of the variable.</param>
    public static bool DecidesCode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        const StringComparison any = StringComparison.OrdinalIgnoreCase; // npm reads its settings in any case
        if (Deciding.Contains(name, StringComparer.OrdinalIgnoreCase)) return true;
        return DecidingPrefixes.Any(prefix => name.StartsWith(prefix, any)) && !Credentials.Any(word => name.Contains(word, any))
            && !Harmless.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Returns the minimum of this system, and the named variables, which win.</summary>
    /// <param name="extra">Variables that configuration names for this process.</param>
    /// <exception cref="ArgumentException">A name is empty or holds '=' or NUL, or a value holds NUL.</exception>
    public static IReadOnlyDictionary<string, string> Minimum(IReadOnlyDictionary<string, string>? extra = null)
    {
        var isWindows = OperatingSystem.IsWindows();
        var environment = new Dictionary<string, string>(isWindows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var name in isWindows ? WindowsNames : PosixNames)
        {
            if (SystemEnvironment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        foreach (var (name, value) in extra ?? new Dictionary<string, string>())
            environment[name] = value;
        Validate(environment);
        return environment;
    }

    /// <exception cref="ArgumentException">A name or value cannot be in an environment. The value is not shown: it may be a secret.</exception>
    internal static void Validate(IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        foreach (var (name, value) in environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
                throw new ArgumentException("A name in the environment is empty or holds '=' or NUL.");
            if (value is null || value.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"The value of {name} in the environment is null or holds NUL.");
        }
    }
}
