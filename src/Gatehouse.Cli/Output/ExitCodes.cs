namespace Gatehouse.Cli.Output;

/// <summary>The exit codes of the command; there are no others.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: faults were found, an exercise failed, an act was refused.</summary>
    public const int No = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>A required part is not there: no gateway answers, a file or address cannot be used.</summary>
    public const int Unavailable = 3;
}
