namespace Gatehouse.Inventory.Places;

/// <summary>The folders that patterns of places refer to. Planted in tests, asked of the system otherwise.</summary>
public sealed record Machine
{
    /// <summary>The system.</summary>
    public required MachineSystem System { get; init; }

    /// <summary>The person's home folder.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of this person's settings: XDG_CONFIG_HOME, Application Support, or roaming AppData.</summary>
    public required string ApplicationData { get; init; }

    /// <summary>XDG_CONFIG_HOME or <c>.config</c> in the home folder, on all systems.</summary>
    public required string ConfigHome { get; init; }

    /// <summary>The folder of administrators' settings: <c>/etc</c>, <c>/Library/Application Support</c>, or ProgramData.</summary>
    public required string SystemData { get; init; }

    /// <summary>Makes a machine with all places under one home folder and one system folder.</summary>
    public static Machine At(MachineSystem system, string home, string systemData) => new()
    {
        System = system,
        Home = home,
        ConfigHome = Path.Join(home, ".config"),
        SystemData = systemData,
        ApplicationData = system switch
        {
            MachineSystem.Windows => Path.Join(home, "AppData", "Roaming"),
            MachineSystem.MacOs => Path.Join(home, "Library", "Application Support"),
            _ => Path.Join(home, ".config"),
        },
    };

    /// <summary>Returns this machine, for this person.</summary>
    public static Machine OfThisPerson()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var windows = OperatingSystem.IsWindows();
        var system = windows ? MachineSystem.Windows : OperatingSystem.IsMacOS() ? MachineSystem.MacOs : MachineSystem.Linux;
        var machine = At(system, home, windows ? Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData)
            : system == MachineSystem.MacOs ? "/Library/Application Support" : "/etc");
        var named = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        if (windows) return machine with { ApplicationData = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData) };
        if (string.IsNullOrEmpty(named) || !Path.IsPathFullyQualified(named)) return machine;
        return machine with { ConfigHome = named, ApplicationData = system == MachineSystem.Linux ? named : machine.ApplicationData };
    }
}
