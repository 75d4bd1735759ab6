namespace Gatehouse.Onboarding;

/// <summary>The reason why a server was left as it is.</summary>
public enum SkipReason
{
    /// <summary>It runs through Gatehouse already.</summary>
    Wrapped,

    /// <summary>It is reached by a URL: the gateway guards it, not the wrapper.</summary>
    Remote,

    /// <summary>The file switches it off.</summary>
    Disabled,

    /// <summary>An administrator manages the file.</summary>
    Managed,

    /// <summary>The file travels with a workspace and was not named.</summary>
    Workspace,

    /// <summary>An extension that its client installs and updates.</summary>
    Extension,

    /// <summary>It is built into its client.</summary>
    BuiltIn,

    /// <summary>The entry has a form or a setting that cannot be wrapped faithfully.</summary>
    Form,

    /// <summary>The file may not be edited in its present state.</summary>
    File,

    /// <summary>The entry was changed since it was wrapped.</summary>
    Changed,

    /// <summary>The entry is gone, or names its own program again.</summary>
    Gone,
}
