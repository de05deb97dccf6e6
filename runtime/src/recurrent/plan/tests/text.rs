use super::{gru, mixed};

#[test]
fn a_plan_explains_itself() {
    assert_eq!(gru::plan().to_string(), GRU);
}

#[test]
fn all_instructions_have_words() {
    assert_eq!(mixed::plan().to_string(), MIXED);
}

#[test]
fn a_plan_is_a_flowchart() {
    assert_eq!(gru::plan().to_mermaid(), GRU_FLOWCHART);
}

#[test]
fn flowcharts_escape_what_has_another_meaning() {
    let mut plan = super::super::Builder::new("Marks", &[]);
    plan.size(&[(1, &[])]);
    plan.kernel(&["a < \"b\""], 1, 0);
    plan.forward(super::super::Frequency::All);
    plan.run(0, 0, &[], &[], &[]);
    let flowchart = plan.finish().to_mermaid();
    assert!(flowchart.contains("forward_0_0[\"a #lt; #quot;b#quot;<br/>loop over [T·B]\"]"), "{flowchart}");
}

const GRU: &str = "\
Gru: T steps of B examples, dimensions D, H

forward
  all T·B rows, before the loop
    [T·B, 3 H] = [T·B, D] · [D, 3 H]   w_r @ x, w_z @ x, w_n @ x
  at each of T steps
    [B, 3 H] = [B, H] · [H, 3 H]   u_r @ h, u_z @ h, u_n @ h
    loop over [B, H]               h, r, z, n, u_n @ h + c_n

backward
  at each of T steps, from the last to the first
    loop over [B, H]                ∂n, ∂r, ∂z, ∂(u_n @ h + c_n), ∂h
    [B, H] += [B, 3 H] · [3 H, H]   ∂h
  all T·B rows, after the loop
    [T·B, D] = [T·B, 3 H] · [3 H, D]   ∂x
    [3 H, D] = [3 H, T·B] · [T·B, D]   ∂w_n, ∂w_r, ∂w_z
    [3 H, H] = [3 H, T·B] · [T·B, H]   ∂u_r, ∂u_z, ∂u_n
    [H] = sum of [T·B, H] over T·B     ∂b_r
    [H] = sum of [T·B, H] over T·B     ∂b_z
    [H] = sum of [T·B, H] over T·B     ∂b_n
    [H] = sum of [T·B, H] over T·B     ∂c_n

hoisted   w_r @ x, w_z @ x, w_n @ x
stacked   w_r @ x, w_z @ x, w_n @ x
          u_r @ h, u_z @ h, u_n @ h
saved     h, r, z, n, u_n @ h + c_n: [T·B, H] each

inference
  matrix products                T + 1
  flops of products              6 T·B·D·H + 6 T·B·H²
  other operations               13 T·B·H
  transcendentals                3 T·B·H
  f32 bytes read and written     4 T·B·D + 36 T·B·H
  f32 bytes allocated, forward   16 T·B·H + 32 B·H + 12 D·H + 12 H²

training
  matrix products                 2 T + 3
  flops of products               12 T·B·D·H + 18 T·B·H²
  other operations                36 T·B·H
  transcendentals                 3 T·B·H
  f32 bytes read and written      8 T·B·D + 148 T·B·H
  f32 bytes allocated, forward    32 T·B·H + 16 B·H + 12 D·H + 12 H²
  f32 bytes allocated, backward   36 T·B·H + 12 B·H + 12 D·H + 24 H² + 16 H

training, with gradients of inputs and initial states
  matrix products                 2 T + 4
  flops of products               18 T·B·D·H + 18 T·B·H²
  other operations                36 T·B·H
  transcendentals                 3 T·B·H
  f32 bytes read and written      12 T·B·D + 160 T·B·H
  f32 bytes allocated, forward    32 T·B·H + 16 B·H + 12 D·H + 12 H²
  f32 bytes allocated, backward   4 T·B·D + 36 T·B·H + 12 B·H + 24 D·H + 24 H² + 16 H";

const MIXED: &str = "\
Mixed: T steps of B examples, dimensions H, K

forward
  once, before the loop
    [H, H] = transpose of [H, H]
  for each example, before the loop
    [B] = maximum of [B, K] over K
  all T·B rows, before the loop
    loop over [T·B, H]   a, b
    [T·B, K] = 0.5
  at each of T steps
    [B, H, K] = outer product of [B, H] and [B, K]
    [B, H, H] = [B, H, K] · [B, H, K]ᵀ
    [B, H] = diagonal of [B, H, H]                   h
    [B, H] += [B, H] · [H, H]                        transpose(u) @ h
  all T·B rows, after the loop
    [T·B, H] = [T·B, H + K] · [H + K, H]   v @ h
    loop over [T·B, H]                     y, s

backward
  at each of T steps, from the last to the first
    [B, H] = [B, H]    ∂h
    loop over [B, H]   y, s
  all T·B rows, after the loop
    [B] = sum of [T·B] over T
    [B, H, K] = [B, H, T] · [B, T, K]
    [H, H] += [H, T·B] · [T·B, H]
  for each example, after the loop
    [B, K] = [B] stretched                  ∂c
    [B, H, H] = diagonal matrix of [B, H]
    [H²] += sum of [B, H²] over B           ∂u
  once, after the loop
    [H, H] = identity
    [H, H] = transpose of [H, H]   ∂u

hoisted      a, b
sunk         v @ h, y, s
saved        a, h: [T·B, H] each
recomputed   y, s

inference
  matrix products                T + 2
  flops of products              2 T·B·H²·K + 4 T·B·H² + 2 T·B·H·K
  other operations               T·B·H·K + T·B·H
  f32 bytes read and written     40 T·B·H
  f32 bytes allocated, forward   8 T·B·H + 4 B·H² + 4 B·H·K + 4 B·H + 12 H² + 4 H·K

training
  matrix products                 T + 3
  flops of products               2 T·B·H²·K + 6 T·B·H² + 4 T·B·H·K
  other operations                T·B·H·K + T·B·H + B·H²
  f32 bytes read and written      52 T·B·H
  f32 bytes allocated, forward    8 T·B·H + 4 B·H² + 4 B·H·K + 4 B·H + 12 H² + 4 H·K
  f32 bytes allocated, backward   8 T·B·H + 4 B·H² + 4 B·H·K + 4 B·H + 8 H²

training, with gradients of inputs and initial states
  matrix products                 T + 3
  flops of products               2 T·B·H²·K + 6 T·B·H² + 4 T·B·H·K
  other operations                T·B·H·K + 4 T·B·H + T·B + B·H² + B·K
  transcendentals                 T·B·H
  f32 bytes read and written      68 T·B·H + 4 T·B
  f32 bytes allocated, forward    12 T·B·H + 4 T·B·K + 4 B·H² + 4 B·H·K + 4 B·H + 4 B + 12 H² + 4 H·K
  f32 bytes allocated, backward   12 T·B·H + 4 T·B·K + 4 B·H² + 4 B·H·K + 12 B·H + 4 B·K + 4 B + 8 H²";

const GRU_FLOWCHART: &str = r#"flowchart TD
  input_0(["x"])
  output_0(["output"])
  subgraph forward_0["forward: all T·B rows, before the loop"]
    forward_0_0["w_r @ x, w_z @ x, w_n @ x<br/>[T·B, 3 H] = [T·B, D] · [D, 3 H]"]
  end
  subgraph forward_1["forward: at each of T steps"]
    forward_1_0["u_r @ h, u_z @ h, u_n @ h<br/>[B, 3 H] = [B, H] · [H, 3 H]"]
    forward_1_1["h, r, z, n, u_n @ h + c_n<br/>loop over [B, H]"]
  end
  subgraph backward_0["backward: at each of T steps, from the last to the first"]
    backward_0_0["∂n, ∂r, ∂z, ∂(u_n @ h + c_n), ∂h<br/>loop over [B, H]"]
    backward_0_1["∂h<br/>[B, H] += [B, 3 H] · [3 H, H]"]
  end
  subgraph backward_1["backward: all T·B rows, after the loop"]
    backward_1_0["∂x<br/>[T·B, D] = [T·B, 3 H] · [3 H, D]"]
    backward_1_1["∂w_n, ∂w_r, ∂w_z<br/>[3 H, D] = [3 H, T·B] · [T·B, D]"]
    backward_1_2["∂u_r, ∂u_z, ∂u_n<br/>[3 H, H] = [3 H, T·B] · [T·B, H]"]
    backward_1_3["∂b_r<br/>[H] = sum of [T·B, H] over T·B"]
    backward_1_4["∂b_z<br/>[H] = sum of [T·B, H] over T·B"]
    backward_1_5["∂b_n<br/>[H] = sum of [T·B, H] over T·B"]
    backward_1_6["∂c_n<br/>[H] = sum of [T·B, H] over T·B"]
  end
  input_0 --> forward_0_0
  forward_1_1 -.-> forward_1_0
  forward_0_0 --> forward_1_1
  forward_1_0 --> forward_1_1
  forward_1_1 -.-> forward_1_1
  backward_0_0 -.-> backward_0_0
  backward_0_1 -.-> backward_0_0
  forward_1_1 --> backward_0_0
  backward_0_0 --> backward_0_1
  backward_0_0 --> backward_1_0
  backward_0_0 --> backward_1_1
  input_0 --> backward_1_1
  backward_0_0 --> backward_1_2
  forward_1_1 --> backward_1_2
  backward_0_0 --> backward_1_3
  backward_0_0 --> backward_1_4
  backward_0_0 --> backward_1_5
  backward_0_0 --> backward_1_6
  forward_1_1 --> output_0
"#;
