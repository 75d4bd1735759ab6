using Gatehouse.Administration;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Every name under which a host composes a part of its questions to people.</summary>
internal static class ApprovalPartNames
{
    /// <summary>The digests of calls that approvals are bound to.</summary>
    public static PartName<CallDigests> Digests { get; } = new("approvals/digests");

    /// <summary>The questions to people, and their answers.</summary>
    public static PartName<IApprovalStore> Store { get; } = new("approvals/store");

    /// <summary>The questions to the person at the client that calls.</summary>
    public static PartName<IConfirmations> Confirmations { get; } = new("approvals/confirmations");

    /// <summary>The folders by which remembered answers are found.</summary>
    public static PartName<RememberedFolders> Folders { get; } = new("approvals/folders");

    /// <summary>The text that approvers are shown.</summary>
    public static PartName<ApprovalTexts> Texts { get; } = new("approvals/texts");

    /// <summary>The obligations of acts of administration.</summary>
    public static PartName<IActObligations> Obligations { get; } = new("administration/obligations");

    /// <summary>The clients that make calls.</summary>
    public static PartName<CallingClients> CallingClients { get; } = new("administration/calling-clients");

    /// <summary>The rights to answer questions.</summary>
    public static PartName<ApprovalRights> Rights { get; } = new("approvals/rights");
}
