namespace Gatehouse.Detection.Content;

/// <summary>
/// The heads of the model of passages: weights and thresholds of their own, since an order belongs in some places and not in others.
/// </summary>
internal enum ContentHead
{
    /// <summary>Definitions, which a person approves once.</summary>
    Definitions = 0,

    /// <summary>Results and what else a server or a tool returns, and arguments.</summary>
    Results,

    /// <summary>Prompts: of persons, of templates, and those that a server asks the client's model to answer.</summary>
    Prompts,
}
