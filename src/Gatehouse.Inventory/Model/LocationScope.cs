namespace Gatehouse.Inventory.Model;

/// <summary>The owner of a configuration file.</summary>
public enum LocationScope
{
    /// <summary>The person's own, for all workspaces.</summary>
    User,

    /// <summary>It is in a workspace and travels with a repository.</summary>
    Workspace,

    /// <summary>The system's, set by an administrator.</summary>
    System,
}
