namespace Gatehouse.Settings;

/// <summary>How the rules of the policy and the external decision point make one decision. A forbid of the policy wins in both.</summary>
public enum DecisionCombination
{
    /// <summary>A permit of the policy and one of the decision point are needed.</summary>
    BothMustPermit,

    /// <summary>The decision point's permit is enough; the policy only forbids. Methods of no revision still need a rule that names them.</summary>
    ExternalOnly,
}
